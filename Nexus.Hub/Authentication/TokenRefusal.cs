using Nexus.Hub.Observing;
using Nexus.Protocol.Backend;

namespace Nexus.Hub.Authentication;

/// <summary>Why a token was refused.</summary>
/// <param name="Word">The metric's tag, of a closed set.</param>
/// <param name="Text">What the backend is told.</param>
internal readonly record struct TokenRefusal(string Word, string Text)
{
    public static TokenRefusal Of(TokenError error) => new(EnumWord.Of(error), error.ToCloseReason());

    public static TokenRefusal Of(TokenRule rule) => new(EnumWord.Of(rule), rule.ToCloseReason());

    public static TokenRefusal Of(ClaimRefusal refusal) => new(EnumWord.Of(refusal), refusal.ToCloseReason());
}
