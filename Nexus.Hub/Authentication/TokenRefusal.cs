using Nexus.Protocol.Backend;
using Nexus.ServiceDefaults;

namespace Nexus.Hub.Authentication;

/// <summary>Why a token was refused.</summary>
/// <param name="Word">The metric's tag, of a closed set.</param>
/// <param name="Text">What the backend is told.</param>
/// <param name="IsOurs">Whether the fault is on this side: it does not count against the backend.</param>
internal readonly record struct TokenRefusal(string Word, string Text, bool IsOurs = false)
{
    public static TokenRefusal Of(TokenError error) => new(EnumWord.Of(error), error.ToCloseReason());

    public static TokenRefusal Of(TokenRule rule) => new(EnumWord.Of(rule), rule.ToCloseReason());

    public static TokenRefusal Of(ClaimRefusal refusal) => new(EnumWord.Of(refusal), refusal.ToCloseReason());

    public static TokenRefusal Of(OwnershipRefusal refusal) => new(EnumWord.Of(refusal), refusal switch
    {
        OwnershipRefusal.UnknownOwner => "this owner may claim nothing here",
        OwnershipRefusal.OwnerChanged => "the token is another owner's",
        _ => "a hostname or port is not this owner's to claim",
    });

    /// <param name="outcome">Not <see cref="VerifierOutcome.Valid"/>.</param>
    /// <param name="said">The verifier's own words, which are passed on when they harm no client.</param>
    public static TokenRefusal Of(VerifierOutcome outcome, string? said = null)
    {
        var isOurs = outcome is not VerifierOutcome.Refused;
        var text = said is not null && RefusalText.IsHarmless(said) ? said : isOurs ? "the token cannot be checked now" : "the verifier refused the token";
        return new($"verifier_{EnumWord.Of(outcome)}", text, isOurs);
    }
}
