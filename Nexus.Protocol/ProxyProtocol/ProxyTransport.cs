namespace Nexus.Protocol.ProxyProtocol;

/// <summary>Family and transport of the relayed connection. The values are those of byte 14 of a version 2 header.</summary>
public enum ProxyTransport
{
    /// <summary>Not known, or not expressible; there are no addresses. <c>UNKNOWN</c> in version 1.</summary>
    Unspecified = 0x00,

    /// <summary>TCP over IPv4.</summary>
    Tcp4 = 0x11,

    /// <summary>UDP over IPv4; version 2 only.</summary>
    Udp4 = 0x12,

    /// <summary>TCP over IPv6.</summary>
    Tcp6 = 0x21,

    /// <summary>UDP over IPv6; version 2 only.</summary>
    Udp6 = 0x22,

    /// <summary>A Unix-domain stream socket; read, never written, and its paths are not kept.</summary>
    UnixStream = 0x31,

    /// <summary>A Unix-domain datagram socket; as <see cref="UnixStream"/>.</summary>
    UnixDatagram = 0x32,
}
