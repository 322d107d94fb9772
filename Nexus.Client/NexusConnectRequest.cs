using System.Net;

namespace Nexus.Client;

/// <summary>A user's connection that wants to be served.</summary>
public sealed record NexusConnectRequest
{
    /// <summary>Name of the backend whose client asks.</summary>
    public required string BackendName { get; init; }

    /// <summary>Identity of the stream, as the hub gave it.</summary>
    public required Guid StreamId { get; init; }

    /// <summary>Normalised host name the user asked for; for a claimed port <c>tcp:53</c>.</summary>
    public required string Hostname { get; init; }

    /// <summary>The host name as the hub sent it.</summary>
    public required string OriginalHostname { get; init; }

    /// <summary>Public port of the hub that the user reached.</summary>
    public required int Port { get; init; }

    /// <summary>The user's address; null when the hub's text is not one.</summary>
    public IPEndPoint? RemoteEndPoint { get; init; }

    /// <summary>The user's address as the hub sent it; may be empty.</summary>
    public required string RawClientAddress { get; init; }

    /// <summary>Whether the user speaks TLS. The bytes of the stream are the user's own; nothing has been decrypted.</summary>
    public required bool IsTls { get; init; }

    /// <summary>What the stream carries.</summary>
    public required NexusTransport Transport { get; init; }
}
