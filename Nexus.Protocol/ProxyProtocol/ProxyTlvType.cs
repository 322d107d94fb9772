namespace Nexus.Protocol.ProxyProtocol;

/// <summary>Types of the extensions of a version 2 header (proxy-protocol.txt §2.2.1 and following). Others may occur and are passed over.</summary>
public enum ProxyTlvType
{
    /// <summary>The application protocol that TLS negotiated or the user offered, e.g. "h2".</summary>
    Alpn = 0x01,

    /// <summary>The host name that the user asked for (TLS SNI), UTF-8.</summary>
    Authority = 0x02,

    /// <summary>CRC-32C over the whole header, with these four bytes as 0.</summary>
    Crc32C = 0x03,

    /// <summary>Padding, to be ignored.</summary>
    NoOp = 0x04,

    /// <summary>A name for the connection, at most 128 bytes.</summary>
    UniqueId = 0x05,

    /// <summary>How the proxy's own TLS went: one byte of flags, four of verification result, then extensions of its own.</summary>
    Ssl = 0x20,

    /// <summary>The name of a network namespace, US-ASCII.</summary>
    NetworkNamespace = 0x30,
}
