namespace Nexus.Client;

/// <summary>Obtains the tokens that prove to the hub who a backend is. Used by several sessions at the same time.</summary>
public interface INexusTokenProvider
{
    /// <summary>Obtains one token.</summary>
    /// <param name="request">What it must say.</param>
    /// <param name="cancellationToken">Ends when the token is of no use any more.</param>
    /// <exception cref="NexusTokenException">There is no token now; the client tries again later.</exception>
    ValueTask<NexusToken> GetTokenAsync(NexusTokenRequest request, CancellationToken cancellationToken);

    /// <summary>Tells that a handshake with a token of this provider failed, so that it is not used again.</summary>
    /// <param name="stage">The stage that failed.</param>
    /// <param name="reason">The hub's text, if it gave one.</param>
    void Rejected(NexusTokenStage stage, string? reason)
    {
    }
}
