using System.Buffers.Binary;
using System.Globalization;

namespace Nexus.Protocol.ProxyProtocol;

/// <summary>
/// Writes PROXY headers, version 1 and 2 (haproxy's proxy-protocol.txt), to stand in front of everything else on a connection
/// to a target that expects one.
/// </summary>
public static class ProxyHeaderWriter
{
    private const int FixedSize = 16;

    /// <summary>Writes the text form. What it cannot say (UDP, nothing known) becomes <c>UNKNOWN</c>.</summary>
    /// <param name="destination">Where to; <see cref="ProxyHeader.MaxLengthV1"/> bytes are always enough.</param>
    /// <param name="addresses">Whose connection it is.</param>
    /// <param name="written">Bytes written.</param>
    /// <returns>False when <paramref name="destination"/> is too small.</returns>
    public static bool TryWriteV1(Span<byte> destination, in ProxyAddresses addresses, out int written)
    {
        if (addresses.Transport is not (ProxyTransport.Tcp4 or ProxyTransport.Tcp6)) return TryCopy("PROXY UNKNOWN\r\n"u8, destination, out written);

        Span<byte> line = stackalloc byte[ProxyHeader.MaxLengthV1];
        written = 0;
        Add(line, addresses.Transport == ProxyTransport.Tcp6 ? "PROXY TCP6 "u8 : "PROXY TCP4 "u8, ref written);
        AddAddress(line, addresses.Source, ref written);
        Add(line, " "u8, ref written);
        AddAddress(line, addresses.Destination, ref written);
        Add(line, " "u8, ref written);
        AddNumber(line, addresses.Source.Port, "D", ref written);
        Add(line, " "u8, ref written);
        AddNumber(line, addresses.Destination.Port, "D", ref written);
        Add(line, "\r\n"u8, ref written);
        return TryCopy(line[..written], destination, out written);
    }

    /// <summary>Writes the binary form.</summary>
    /// <param name="destination">Where to; <see cref="SizeV2"/> bytes are enough.</param>
    /// <param name="command"><see cref="ProxyCommand.Local"/> for a connection of our own, whose addresses are then left out.</param>
    /// <param name="addresses">Whose connection it is; Unix-domain sockets are written as unspecified.</param>
    /// <param name="tlvs">Extensions.</param>
    /// <param name="written">Bytes written.</param>
    /// <returns>False when <paramref name="destination"/> is too small or an extension too long.</returns>
    public static bool TryWriteV2(Span<byte> destination, ProxyCommand command, in ProxyAddresses addresses, in ProxyTlvs tlvs, out int written)
    {
        written = 0;
        var told = command == ProxyCommand.Proxy && addresses.HasEndPoints ? addresses : ProxyAddresses.Unspecified;
        var size = SizeV2(told, tlvs);
        if (!tlvs.IsSound || destination.Length < size) return false;

        var header = destination[..size];
        ProxyHeaderReader.Signature.CopyTo(header);
        header[12] = (byte)(0x20 | (byte)command);
        header[13] = (byte)told.Transport;
        BinaryPrimitives.WriteUInt16BigEndian(header[14..], (ushort)(size - FixedSize));
        var at = FixedSize + WriteAddresses(header[FixedSize..], told);
        AddTlv(header, ProxyTlvType.Alpn, tlvs.Alpn, ref at);
        AddTlv(header, ProxyTlvType.Authority, tlvs.Authority, ref at);
        AddTlv(header, ProxyTlvType.UniqueId, tlvs.UniqueId, ref at);
        if (tlvs.WithChecksum)
        {
            AddTlv(header, ProxyTlvType.Crc32C, [0, 0, 0, 0], ref at);
            BinaryPrimitives.WriteUInt32BigEndian(header[(at - sizeof(uint))..], ProxyChecksum.Compute(header, at - sizeof(uint)));
        }
        written = size;
        return true;
    }

    /// <summary>Bytes of the binary form.</summary>
    public static int SizeV2(in ProxyAddresses addresses, in ProxyTlvs tlvs) => FixedSize + AddressesSize(addresses) + tlvs.Size;

    private static int AddressesSize(in ProxyAddresses addresses) => addresses.HasEndPoints ? 2 * (addresses.Source.AddressSize + sizeof(ushort)) : 0;

    private static int WriteAddresses(Span<byte> block, in ProxyAddresses addresses)
    {
        if (!addresses.HasEndPoints) return 0;
        var size = addresses.Source.AddressSize;
        addresses.Source.WriteAddress(block);
        addresses.Destination.WriteAddress(block[size..]);
        BinaryPrimitives.WriteUInt16BigEndian(block[(2 * size)..], addresses.Source.Port);
        BinaryPrimitives.WriteUInt16BigEndian(block[(2 * size + sizeof(ushort))..], addresses.Destination.Port);
        return AddressesSize(addresses);
    }

    private static void AddTlv(Span<byte> header, ProxyTlvType type, ReadOnlySpan<byte> value, ref int at)
    {
        if (value.IsEmpty) return;
        header[at] = (byte)type;
        BinaryPrimitives.WriteUInt16BigEndian(header[(at + 1)..], (ushort)value.Length);
        value.CopyTo(header[(at + ProxyTlvReader.HeaderSize)..]);
        at += ProxyTlvReader.HeaderSize + value.Length;
    }

    private static void Add(Span<byte> line, ReadOnlySpan<byte> text, ref int written)
    {
        text.CopyTo(line[written..]);
        written += text.Length;
    }

    private static void AddNumber(Span<byte> line, ushort number, string format, ref int written)
    {
        number.TryFormat(line[written..], out var digits, format, CultureInfo.InvariantCulture); // the line has room for the longest
        written += digits;
    }

    /// <summary>IPv6 in its long form: every reader takes it.</summary>
    private static void AddAddress(Span<byte> line, in ProxyEndPoint endPoint, ref int written)
    {
        var parts = endPoint.IsIPv6 ? 8 : 4;
        var width = endPoint.IsIPv6 ? 16 : 8;
        for (var i = parts - 1; i >= 0; i--)
        {
            AddNumber(line, (ushort)(endPoint.Bits >> (i * width) & (endPoint.IsIPv6 ? ushort.MaxValue : byte.MaxValue)), endPoint.IsIPv6 ? "x" : "D", ref written);
            if (i > 0) Add(line, endPoint.IsIPv6 ? ":"u8 : "."u8, ref written);
        }
    }

    private static bool TryCopy(ReadOnlySpan<byte> text, Span<byte> destination, out int written)
    {
        written = text.TryCopyTo(destination) ? text.Length : 0;
        return written > 0;
    }
}
