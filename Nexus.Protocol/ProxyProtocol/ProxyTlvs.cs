namespace Nexus.Protocol.ProxyProtocol;

/// <summary>The extensions to write into a version 2 header; empty ones are left out.</summary>
public readonly ref struct ProxyTlvs
{
    /// <summary>Bytes of the longest <see cref="Alpn"/> (RFC 7301 §3.1).</summary>
    public const int MaxAlpnLength = 255;

    /// <summary>Bytes of the longest <see cref="Authority"/>: no host name is longer.</summary>
    public const int MaxAuthorityLength = 255;

    /// <summary>Bytes of the longest <see cref="UniqueId"/> (proxy-protocol.txt §2.2.5).</summary>
    public const int MaxUniqueIdLength = 128;

    /// <summary>One application protocol, e.g. "h2".</summary>
    public ReadOnlySpan<byte> Alpn { get; init; }

    /// <summary>The host name that the user asked for.</summary>
    public ReadOnlySpan<byte> Authority { get; init; }

    /// <summary>A name for the connection, opaque.</summary>
    public ReadOnlySpan<byte> UniqueId { get; init; }

    /// <summary>Whether to add a checksum over the whole header.</summary>
    public bool WithChecksum { get; init; }

    internal bool IsSound => Alpn.Length <= MaxAlpnLength && Authority.Length <= MaxAuthorityLength && UniqueId.Length <= MaxUniqueIdLength;

    internal int Size => SizeOf(Alpn) + SizeOf(Authority) + SizeOf(UniqueId) + (WithChecksum ? ProxyTlvReader.HeaderSize + sizeof(uint) : 0);

    private static int SizeOf(ReadOnlySpan<byte> value) => value.IsEmpty ? 0 : ProxyTlvReader.HeaderSize + value.Length;
}
