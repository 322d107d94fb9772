using System.Diagnostics.CodeAnalysis;
using Nexus.Hub.Authentication;
using Nexus.Protocol.Backend;

namespace Nexus.Hub.Sessions;

/// <summary>The end of a handshake.</summary>
internal sealed record HandshakeResult(HandshakeOutcome Outcome)
{
    /// <summary>Why a token was refused.</summary>
    public TokenRefusal? Refusal { get; init; }

    /// <summary>Whether the first token was in order.</summary>
    public bool WasChallenged { get; init; }

    public BackendIdentity? Identity { get; init; }

    public SessionTerms? Terms { get; init; }

    [MemberNotNullWhen(true, nameof(Identity), nameof(Terms))]
    public bool IsAccepted => Outcome == HandshakeOutcome.Accepted;
}
