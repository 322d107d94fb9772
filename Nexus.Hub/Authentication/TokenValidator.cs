using Microsoft.Extensions.Options;
using Nexus.Protocol.Backend;

namespace Nexus.Hub.Authentication;

/// <summary>Says whether a token is genuine and in force. What it claims is judged by the rules of its stage.</summary>
internal sealed class TokenValidator(IOptions<AuthenticationOptions> options, TimeProvider time)
{
    private readonly IReadOnlyList<ReadOnlyMemory<byte>> _keys = options.Value.Keys;

    /// <summary>Asynchronous because a verifier elsewhere may be asked.</summary>
    public ValueTask<TokenVerdict> ValidateAsync(ReadOnlyMemory<byte> token, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!BackendToken.TryReadHmac(token.Span, _keys, out var claims, out var error)) return new(new TokenVerdict(null, TokenRefusal.Of(error)));
        var rule = BackendTokenRules.Check(claims, time.GetUtcNow());
        return new(rule == TokenRule.None ? new TokenVerdict(claims, default) : new TokenVerdict(null, TokenRefusal.Of(rule)));
    }
}
