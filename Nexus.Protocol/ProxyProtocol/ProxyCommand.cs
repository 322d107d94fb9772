namespace Nexus.Protocol.ProxyProtocol;

/// <summary>What a PROXY header stands for (proxy-protocol.txt §2.2).</summary>
public enum ProxyCommand
{
    /// <summary>The proxy speaks for itself, e.g. a health check: the connection's own addresses are the true ones.</summary>
    Local = 0,

    /// <summary>The proxy relays somebody's connection.</summary>
    Proxy = 1,
}
