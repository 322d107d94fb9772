using System.Buffers.Binary;
using System.Net;

namespace Nexus.Protocol.ProxyProtocol;

/// <summary>One end of a relayed connection: address and port, as a value.</summary>
/// <param name="IsIPv6">Whether all 128 bits of <paramref name="Bits"/> are the address; else the lower 32 are.</param>
/// <param name="Bits">The address as a number.</param>
/// <param name="Port">TCP or UDP port.</param>
public readonly record struct ProxyEndPoint(bool IsIPv6, UInt128 Bits, ushort Port)
{
    private const uint MappedPrefix = 0xFFFF;

    /// <summary>Bytes of the address: 4 or 16.</summary>
    public int AddressSize => IsIPv6 ? 16 : 4;

    /// <summary>Takes an address as it is; IPv4-mapped IPv6 becomes IPv4, a scope is dropped.</summary>
    public static ProxyEndPoint Of(IPEndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        Span<byte> bytes = stackalloc byte[16];
        endPoint.Address.TryWriteBytes(bytes, out var size);
        return Read(bytes[..size], (ushort)endPoint.Port).Unmapped();
    }

    /// <summary>The same as the class library has it.</summary>
    public IPEndPoint ToIPEndPoint()
    {
        Span<byte> bytes = stackalloc byte[16];
        WriteAddress(bytes);
        return new IPEndPoint(new IPAddress(bytes[..AddressSize]), Port);
    }

    /// <summary>IPv4 in place of its IPv4-mapped IPv6 form (RFC 4291 §2.5.5.2); everything else as it is.</summary>
    public ProxyEndPoint Unmapped() => IsIPv6 && Bits >> 32 == MappedPrefix ? new(false, (uint)Bits, Port) : this;

    /// <summary>The IPv6 form of any address.</summary>
    internal ProxyEndPoint Mapped() => IsIPv6 ? this : new(true, (UInt128)MappedPrefix << 32 | Bits, Port);

    /// <param name="address">4 or 16 bytes in network order.</param>
    /// <param name="port">The port.</param>
    internal static ProxyEndPoint Read(ReadOnlySpan<byte> address, ushort port) => address.Length == 4
        ? new(false, BinaryPrimitives.ReadUInt32BigEndian(address), port)
        : new(true, BinaryPrimitives.ReadUInt128BigEndian(address), port);

    /// <summary>Writes <see cref="AddressSize"/> bytes in network order.</summary>
    internal void WriteAddress(Span<byte> destination)
    {
        if (IsIPv6) BinaryPrimitives.WriteUInt128BigEndian(destination, Bits);
        else BinaryPrimitives.WriteUInt32BigEndian(destination, (uint)Bits);
    }

    /// <summary>"192.0.2.1:5000", "[2001:db8::1]:5000".</summary>
    public override string ToString() => ToIPEndPoint().ToString();
}
