namespace Nexus.Client;

/// <summary>What a token is for.</summary>
public enum NexusTokenStage
{
    /// <summary>The first token of a session, before the hub has sent a nonce.</summary>
    Handshake,

    /// <summary>The second token of a session, bound to the hub's nonce.</summary>
    Attest,

    /// <summary>A token for a running session, bound to a new nonce.</summary>
    Reauth,
}
