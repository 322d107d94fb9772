using System.Net;

namespace Nexus.WebSocketHosting.Listening;

/// <summary>Of one listener.</summary>
internal sealed record WebSocketTerms
{
    /// <summary>Port 0 takes a free one.</summary>
    public required IPEndPoint ListenAddress { get; init; }

    /// <summary>The only path that is upgraded, e.g. "/connect".</summary>
    public required string Path { get; init; }

    /// <summary>Connections that have not authenticated yet, all together.</summary>
    public required int MaxUnauthenticated { get; init; }

    /// <summary>The same from one address (one /64 for IPv6).</summary>
    public required int MaxUnauthenticatedPerAddress { get; init; }

    public required TimeSpan TlsHandshakeTimeout { get; init; }

    /// <summary>From accepting a connection to its upgrade: TLS and the HTTP head together.</summary>
    public required TimeSpan UpgradeTimeout { get; init; }
}
