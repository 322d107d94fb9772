using Nexus.Protocol.Backend;
using Nexus.ServiceDefaults;

namespace Nexus.Hub.Authentication;

/// <summary>Says whether a token is genuine and in force. What it claims is judged by the rules of its stage.</summary>
internal sealed class TokenValidator(CurrentAuthentication current, KeySet keySet, RemoteVerifier verifier, TimeProvider time)
{
    private static readonly string s_unknownKey = EnumWord.Of(TokenError.UnknownKey);

    /// <summary>Completes at once unless somebody else has to be asked; the token is needed only until it returns.</summary>
    public ValueTask<TokenVerdict> ValidateAsync(ReadOnlyMemory<byte> token, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var settings = current.Value;
        if (settings.Options.RemoteVerifierUrl is not null) return new(ValidateElsewhereAsync(settings, token.ToArray(), cancellationToken));
        var verdict = ValidateHere(settings, token.Span);
        return IsKeyMissing(verdict) ? new(ValidateAgainAsync(settings, token.ToArray(), verdict, cancellationToken)) : new(verdict);
    }

    private async Task<TokenVerdict> ValidateElsewhereAsync(AuthenticationSettings settings, ReadOnlyMemory<byte> token, CancellationToken cancellationToken)
    {
        var answer = await verifier.AskAsync(settings.Options, token, cancellationToken);
        // Its claims are believed as they are; only what this hub's owner asks for on top is checked (spec/node.md §1.8).
        if (answer.Claims is { } claims) return Judge(claims, null, CheckLifetime(settings, claims));
        return answer.IsAway && settings.Secrets.Count > 0 ? ValidateHere(settings, token.Span) : TokenVerdict.Refuse(TokenRefusal.Of(answer.Outcome, answer.Error));
    }

    private async Task<TokenVerdict> ValidateAgainAsync(
        AuthenticationSettings settings, ReadOnlyMemory<byte> token, TokenVerdict verdict, CancellationToken cancellationToken) =>
        await keySet.TryRefreshAsync(cancellationToken) ? ValidateHere(settings, token.Span) : verdict;

    private TokenVerdict ValidateHere(AuthenticationSettings settings, ReadOnlySpan<byte> token)
    {
        var ring = new TokenKeyRing(settings.Secrets, keySet.Keys);
        if (!ring.TryRead(token, out var claims, out var keyId, out var error)) return TokenVerdict.Refuse(TokenRefusal.Of(error));
        var rule = BackendTokenRules.Check(claims, time.GetUtcNow());
        return Judge(claims, keyId, rule == TokenRule.None ? CheckLifetime(settings, claims) : rule);
    }

    private TokenRule CheckLifetime(AuthenticationSettings settings, BackendClaims claims) =>
        BackendTokenRules.CheckLifetime(claims, settings.Options.RequireExpiry, settings.MaxTokenLifetime, time.GetUtcNow());

    private static TokenVerdict Judge(BackendClaims claims, string? keyId, TokenRule rule) =>
        rule == TokenRule.None ? new(claims, keyId, default) : TokenVerdict.Refuse(TokenRefusal.Of(rule));

    private static bool IsKeyMissing(TokenVerdict verdict) => verdict.Refusal.Word == s_unknownKey;
}
