namespace Nexus.Protocol.Naming;

/// <summary>What a route is found by.</summary>
public enum RouteKind
{
    /// <summary>One exact host name.</summary>
    Host,

    /// <summary>All names that are one label in front of a suffix.</summary>
    Wildcard,

    /// <summary>A TCP relay port, for users who show no name.</summary>
    TcpPort,

    /// <summary>A UDP relay port.</summary>
    UdpPort,
}
