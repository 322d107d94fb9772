using System.Buffers.Binary;
using System.Net.Sockets;

namespace Nexus.Edge.Datagrams;

/// <summary>struct sockaddr_in and sockaddr_in6, as the kernel has them.</summary>
internal static class SocketAddressFormat
{
    /// <summary>Bytes of the larger one.</summary>
    public const int MaxSize = 28;

    private const int IPv4Size = 16;
    private const ushort IPv4Family = 2;
    private const ushort LinuxIPv6Family = 10;

    public static FlowKey Read(ReadOnlySpan<byte> address)
    {
        var port = BinaryPrimitives.ReadUInt16BigEndian(address[2..]);
        return BinaryPrimitives.ReadUInt16LittleEndian(address) == IPv4Family
            ? new(FlowAddress.Read(address.Slice(4, 4)), port, 0)
            : new(FlowAddress.Read(address.Slice(8, 16)), port, BinaryPrimitives.ReadUInt32LittleEndian(address[24..]));
    }

    /// <summary>Bytes written.</summary>
    public static int Write(Span<byte> target, in FlowKey remote, AddressFamily family)
    {
        target[..MaxSize].Clear();
        var isIPv4 = family == AddressFamily.InterNetwork;
        BinaryPrimitives.WriteUInt16LittleEndian(target, isIPv4 ? IPv4Family : LinuxIPv6Family);
        BinaryPrimitives.WriteUInt16BigEndian(target[2..], remote.Port);
        remote.Address.Write(isIPv4 ? target.Slice(4, 4) : target.Slice(8, 16));
        if (!isIPv4) BinaryPrimitives.WriteUInt32LittleEndian(target[24..], remote.Scope);
        return isIPv4 ? IPv4Size : MaxSize;
    }
}
