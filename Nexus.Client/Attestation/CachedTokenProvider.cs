namespace Nexus.Client.Attestation;

/// <summary>
/// Keeps a handshake token for some seconds. Tokens of the other stages carry a nonce and are never kept. A failed
/// handshake forgets the token.
/// </summary>
internal sealed class CachedTokenProvider(INexusTokenProvider inner, TimeSpan lifetime, TimeProvider time) : INexusTokenProvider
{
    /// <summary>A token this close to its end may be too old when the hub looks at it.</summary>
    private static readonly TimeSpan s_margin = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private NexusToken _token;
    private DateTimeOffset _usableUntil = DateTimeOffset.MinValue;

    /// <summary>The configured time, but not longer than the hub accepts the token's age, less the margin.</summary>
    public static TimeSpan LifetimeFrom(NexusAttestationOptions options)
    {
        var lifetime = TimeSpan.FromSeconds(options.CacheHandshakeSeconds);
        if (options.HandshakeMaxAgeSeconds == 0) return lifetime;
        var maxAge = TimeSpan.FromSeconds(options.HandshakeMaxAgeSeconds) - s_margin;
        return lifetime < maxAge ? lifetime : maxAge;
    }

    public async ValueTask<NexusToken> GetTokenAsync(NexusTokenRequest request, CancellationToken cancellationToken)
    {
        if (request.Stage != NexusTokenStage.Handshake) return await inner.GetTokenAsync(request, cancellationToken).ConfigureAwait(false);
        lock (_lock)
        {
            if (time.GetUtcNow() <= _usableUntil) return _token;
        }

        var asked = time.GetUtcNow();
        var token = await inner.GetTokenAsync(request, cancellationToken).ConfigureAwait(false);
        var usableUntil = asked + lifetime;
        if (token.Expiry is { } expiry && expiry - s_margin < usableUntil) usableUntil = expiry - s_margin;
        lock (_lock)
        {
            (_token, _usableUntil) = (token, usableUntil);
        }

        return token;
    }

    public void Rejected(NexusTokenStage stage, string? reason)
    {
        lock (_lock)
        {
            (_token, _usableUntil) = (default, DateTimeOffset.MinValue);
        }

        inner.Rejected(stage, reason);
    }
}
