using System.Buffers.Binary;
using System.Net.Sockets;

namespace Nexus.Edge.Datagrams;

/// <summary>
/// The control data that goes with a datagram on 64-bit Linux: which of our addresses it was sent to, or is sent from
/// (struct cmsghdr with IP_PKTINFO or IPV6_PKTINFO).
/// </summary>
internal static class ControlMessageFormat
{
    /// <summary>Room for the larger one, and for others that we do not ask for.</summary>
    public const int MaxSize = 64;

    private const int HeaderSize = 16;
    private const int IPv4Level = 0;
    private const int IPv4PacketInfo = 8;
    private const int IPv6Level = 41;
    private const int IPv6PacketInfo = 50;
    private const int IPv4InfoSize = 12; // interface, our address, the address in the header
    private const int IPv6InfoSize = 20; // address, interface

    public static FlowAddress ReadLocal(ReadOnlySpan<byte> control)
    {
        while (control.Length >= HeaderSize)
        {
            var length = (int)Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(control), (ulong)control.Length);
            if (length < HeaderSize) break;
            var level = BinaryPrimitives.ReadInt32LittleEndian(control[8..]);
            var type = BinaryPrimitives.ReadInt32LittleEndian(control[12..]);
            var content = control[HeaderSize..length];
            if (level == IPv6Level && type == IPv6PacketInfo && content.Length >= IPv6InfoSize) return FlowAddress.Read(content[..16]);
            if (level == IPv4Level && type == IPv4PacketInfo && content.Length >= IPv4InfoSize) return FlowAddress.Read(content.Slice(4, 4));
            control = control[Math.Min((length + 7) & ~7, control.Length)..];
        }

        return default;
    }

    /// <summary>Bytes written, padding included.</summary>
    public static int WriteLocal(Span<byte> target, FlowAddress local, AddressFamily family)
    {
        target[..MaxSize].Clear();
        var isIPv4 = family == AddressFamily.InterNetwork;
        var length = HeaderSize + (isIPv4 ? IPv4InfoSize : IPv6InfoSize);
        BinaryPrimitives.WriteUInt64LittleEndian(target, (ulong)length);
        BinaryPrimitives.WriteInt32LittleEndian(target[8..], isIPv4 ? IPv4Level : IPv6Level);
        BinaryPrimitives.WriteInt32LittleEndian(target[12..], isIPv4 ? IPv4PacketInfo : IPv6PacketInfo);
        local.Write(isIPv4 ? target.Slice(HeaderSize + 4, 4) : target.Slice(HeaderSize, 16));
        return (length + 7) & ~7;
    }
}
