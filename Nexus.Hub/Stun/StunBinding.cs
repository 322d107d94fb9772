using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Nexus.Hub.Stun;

/// <summary>The one exchange that the hub speaks of STUN (RFC 8489): Binding requests and their success responses.</summary>
internal static class StunBinding
{
    public const int HeaderSize = 20;

    /// <summary>Of a response for an IPv6 address; 40 for IPv4.</summary>
    public const int MaxResponseSize = 52;

    private const ushort Request = 0x0001;
    private const ushort SuccessResponse = 0x0101;
    private const uint MagicCookie = 0x2112_A442;
    private const ushort XorMappedAddress = 0x0020;
    private const ushort Fingerprint = 0x8028;
    private const uint FingerprintMask = 0x5354_554E;
    private const int AttributeHeaderSize = 4;
    private const int FingerprintSize = AttributeHeaderSize + sizeof(uint);

    /// <summary>
    /// Whether a datagram is a whole Binding request whose attributes can be walked. What they say does not matter: the
    /// original answers unknown ones like none. Total: takes any bytes.
    /// </summary>
    public static bool TryReadRequest(ReadOnlySpan<byte> datagram, out ReadOnlySpan<byte> transactionId)
    {
        transactionId = default;
        if (datagram.Length < HeaderSize) return false;
        if (BinaryPrimitives.ReadUInt16BigEndian(datagram) != Request) return false;
        if (BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]) != datagram.Length - HeaderSize) return false;
        if (BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]) != MagicCookie) return false;
        if (!AreAttributes(datagram[HeaderSize..])) return false;
        transactionId = datagram[8..HeaderSize];
        return true;
    }

    /// <summary>Writes the response: XOR-MAPPED-ADDRESS, then FINGERPRINT. Returns its size, at most <see cref="MaxResponseSize"/>.</summary>
    /// <param name="destination">At least <see cref="MaxResponseSize"/> bytes.</param>
    /// <param name="transactionId">The request's, 12 bytes.</param>
    /// <param name="source">Whence the request came; an IPv4 address mapped into IPv6 is answered as IPv4.</param>
    public static int WriteResponse(Span<byte> destination, ReadOnlySpan<byte> transactionId, IPEndPoint source)
    {
        var address = source.Address.IsIPv4MappedToIPv6 ? source.Address.MapToIPv4() : source.Address;
        var addressSize = address.AddressFamily == AddressFamily.InterNetwork ? 4 : 16;
        var size = HeaderSize + AttributeHeaderSize + 4 + addressSize + FingerprintSize;

        BinaryPrimitives.WriteUInt16BigEndian(destination, SuccessResponse);
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)(size - HeaderSize));
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], MagicCookie);
        transactionId.CopyTo(destination[8..]);

        var mapped = destination[HeaderSize..];
        BinaryPrimitives.WriteUInt16BigEndian(mapped, XorMappedAddress);
        BinaryPrimitives.WriteUInt16BigEndian(mapped[2..], (ushort)(4 + addressSize));
        BinaryPrimitives.WriteUInt16BigEndian(mapped[4..], (ushort)(addressSize == 4 ? 0x01 : 0x02));
        BinaryPrimitives.WriteUInt16BigEndian(mapped[6..], (ushort)(source.Port ^ (MagicCookie >> 16)));
        address.TryWriteBytes(mapped[8..], out _);
        // The mask is the cookie and, for IPv6, the transaction id behind it: as they stand in the header.
        for (var i = 0; i < addressSize; i++) mapped[8 + i] ^= destination[4 + i];

        var fingerprint = destination[(size - FingerprintSize)..];
        BinaryPrimitives.WriteUInt16BigEndian(fingerprint, Fingerprint);
        BinaryPrimitives.WriteUInt16BigEndian(fingerprint[2..], sizeof(uint));
        BinaryPrimitives.WriteUInt32BigEndian(fingerprint[4..], Crc32.Compute(destination[..(size - FingerprintSize)]) ^ FingerprintMask);
        return size;
    }

    private static bool AreAttributes(ReadOnlySpan<byte> attributes)
    {
        while (attributes.Length >= AttributeHeaderSize)
        {
            var padded = (BinaryPrimitives.ReadUInt16BigEndian(attributes[2..]) + 3) & ~3;
            if (padded > attributes.Length - AttributeHeaderSize) return false;
            attributes = attributes[(AttributeHeaderSize + padded)..];
        }

        return attributes.IsEmpty;
    }
}
