using System.Buffers.Binary;

namespace Nexus.Protocol.ProxyProtocol;

/// <summary>
/// Reads PROXY headers, version 1 and 2 (haproxy's proxy-protocol.txt). Pure and total: any bytes give a status, nothing
/// throws or allocates, and no length is believed before it is checked. Read a header only from a proxy that is trusted: anybody
/// can write one.
/// </summary>
public static class ProxyHeaderReader
{
    private const int FixedSize = 16;
    private const int IPv4Size = 12;
    private const int IPv6Size = 36;
    private const int UnixSize = 216;

    internal static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    /// <summary>Reads a header from the start of a connection.</summary>
    /// <param name="received">All bytes of the connection so far, from the first on.</param>
    /// <param name="header">The header, when <see cref="ProxyHeaderStatus.Found"/> is returned.</param>
    /// <param name="maxLength">The longest header to take, in bytes, <see cref="ProxyHeader.MaxLengthV1"/> to <see cref="ProxyHeader.MaxLengthV2"/>; a longer one is malformed as soon as its length is known.</param>
    public static ProxyHeaderStatus Read(ReadOnlySpan<byte> received, out ProxyHeader header, int maxLength = ProxyHeader.DefaultMaxLength)
    {
        header = default;
        if (received.IsEmpty) return ProxyHeaderStatus.NeedMore;
        if (received[0] == ProxyLineReader.Prefix[0]) return ProxyLineReader.Read(received, out header);
        return BeginsLike(received, Signature) ? ReadBinary(received, maxLength, out header) : ProxyHeaderStatus.NotProxy;
    }

    /// <summary>Whether the bytes so far agree with a constant beginning.</summary>
    internal static bool BeginsLike(ReadOnlySpan<byte> received, ReadOnlySpan<byte> beginning)
    {
        var common = Math.Min(received.Length, beginning.Length);
        return received[..common].SequenceEqual(beginning[..common]);
    }

    private static ProxyHeaderStatus ReadBinary(ReadOnlySpan<byte> received, int maxLength, out ProxyHeader header)
    {
        header = default;
        if (received.Length > 12 && received[12] is not (0x20 or 0x21)) return ProxyHeaderStatus.Malformed; // version 2, LOCAL or PROXY
        if (received.Length < FixedSize) return ProxyHeaderStatus.NeedMore;
        var length = FixedSize + BinaryPrimitives.ReadUInt16BigEndian(received[14..]);
        if (length > maxLength) return ProxyHeaderStatus.Malformed;
        if (received.Length < length) return ProxyHeaderStatus.NeedMore;

        // LOCAL: the receiver discards the block, whatever family it claims.
        var command = (ProxyCommand)(received[12] & 1);
        header = new() { Version = 2, Command = command, Length = length };
        if (command == ProxyCommand.Local) return ProxyHeaderStatus.Found;

        var transport = (ProxyTransport)received[13];
        var block = received[FixedSize..length];
        if (AddressSize(transport) is not { } size || block.Length < size) return ProxyHeaderStatus.Malformed;
        if (!AreSound(received[..length], FixedSize + size)) return ProxyHeaderStatus.Malformed;
        header = new() { Version = 2, Command = command, Length = length, Addresses = ReadAddresses(transport, block), Extensions = block[size..] };
        return ProxyHeaderStatus.Found;
    }

    /// <summary>Bytes of the address block; null for a combination that must be rejected.</summary>
    private static int? AddressSize(ProxyTransport transport) => transport switch
    {
        ProxyTransport.Unspecified => 0,
        ProxyTransport.Tcp4 or ProxyTransport.Udp4 => IPv4Size,
        ProxyTransport.Tcp6 or ProxyTransport.Udp6 => IPv6Size,
        ProxyTransport.UnixStream or ProxyTransport.UnixDatagram => UnixSize,
        _ => null,
    };

    private static ProxyAddresses ReadAddresses(ProxyTransport transport, ReadOnlySpan<byte> block)
    {
        var size = transport switch
        {
            ProxyTransport.Tcp4 or ProxyTransport.Udp4 => 4,
            ProxyTransport.Tcp6 or ProxyTransport.Udp6 => 16,
            _ => 0,
        };
        if (size == 0) return new(transport, default, default);
        var ports = block[(2 * size)..];
        return new(
            transport,
            ProxyEndPoint.Read(block[..size], BinaryPrimitives.ReadUInt16BigEndian(ports)),
            ProxyEndPoint.Read(block.Slice(size, size), BinaryPrimitives.ReadUInt16BigEndian(ports[2..])));
    }

    /// <summary>Every length fits, and a checksum is right. Extensions of the extension about TLS are checked too.</summary>
    private static bool AreSound(ReadOnlySpan<byte> header, int extensionsAt)
    {
        var hasChecksum = false;
        var reader = new ProxyTlvReader(header[extensionsAt..]);
        while (reader.TryRead(out var type, out var value))
        {
            switch (type)
            {
                case ProxyTlvType.Crc32C:
                    if (hasChecksum || value.Length != sizeof(uint) || !ProxyChecksum.IsRight(header, value)) return false;
                    hasChecksum = true;
                    break;
                case ProxyTlvType.UniqueId when value.Length > ProxyTlvs.MaxUniqueIdLength:
                case ProxyTlvType.Ssl when !IsSoundTls(value):
                    return false;
            }
        }
        return reader.IsAtEnd;
    }

    private static bool IsSoundTls(ReadOnlySpan<byte> value)
    {
        const int Fixed = 5; // flags and verification result
        if (value.Length < Fixed) return false;
        var inner = new ProxyTlvReader(value[Fixed..]);
        while (inner.TryRead(out _, out _))
        {
            // Only whether it fits is asked.
        }
        return inner.IsAtEnd;
    }
}
