using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Nexus.Edge.Peeking;

/// <summary>Who counts as one client: an IPv4 address, or the /64 that one IPv6 user can pick addresses from.</summary>
internal readonly record struct ClientNetwork(bool IsIPv4, ulong Bits)
{
    public override int GetHashCode() => SecretHash.Of(Bits, 0, IsIPv4 ? 1UL : 0);

    public static ClientNetwork Of(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        address.TryWriteBytes(bytes, out _);
        return address.AddressFamily == AddressFamily.InterNetwork
            ? new(IsIPv4: true, BinaryPrimitives.ReadUInt32BigEndian(bytes))
            : new(IsIPv4: false, BinaryPrimitives.ReadUInt64BigEndian(bytes));
    }
}
