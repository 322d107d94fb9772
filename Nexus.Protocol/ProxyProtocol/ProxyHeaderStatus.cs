namespace Nexus.Protocol.ProxyProtocol;

/// <summary>What the first bytes of a connection are, seen as a PROXY header.</summary>
public enum ProxyHeaderStatus
{
    /// <summary>They are the beginning of a header, or nothing yet.</summary>
    NeedMore,

    /// <summary>A whole, valid header is there.</summary>
    Found,

    /// <summary>They cannot become a header: the connection begins with something else.</summary>
    NotProxy,

    /// <summary>It is a header and breaks the rules, or is longer than allowed. The connection must be closed (proxy-protocol.txt §2).</summary>
    Malformed,
}
