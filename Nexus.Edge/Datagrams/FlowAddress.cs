using System.Buffers.Binary;
using System.Net;
using Nexus.Edge.Peeking;

namespace Nexus.Edge.Datagrams;

/// <summary>An address as 16 bytes, IPv4 mapped into IPv6: nothing is allocated for it. All zero: unknown.</summary>
internal readonly record struct FlowAddress(ulong High, ulong Low)
{
    private const ulong MappedPrefix = 0xFFFF_0000_0000;

    public bool IsUnknown => (High | Low) == 0;

    public bool IsIPv4 => High == 0 && Low >> 32 == MappedPrefix >> 32;

    /// <summary>Who counts as one client.</summary>
    public ClientNetwork Network => IsIPv4 ? new(IsIPv4: true, (uint)Low) : new(IsIPv4: false, High);

    public static FlowAddress Read(ReadOnlySpan<byte> address) => address.Length == 4
        ? new(0, MappedPrefix | BinaryPrimitives.ReadUInt32BigEndian(address))
        : new(BinaryPrimitives.ReadUInt64BigEndian(address), BinaryPrimitives.ReadUInt64BigEndian(address[8..]));

    /// <summary>Four bytes of an IPv4 address, or all sixteen.</summary>
    public void Write(Span<byte> target)
    {
        if (target.Length == 4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(target, (uint)Low);
            return;
        }

        BinaryPrimitives.WriteUInt64BigEndian(target, High);
        BinaryPrimitives.WriteUInt64BigEndian(target[8..], Low);
    }

    public IPAddress ToIPAddress(uint scope)
    {
        Span<byte> bytes = stackalloc byte[16];
        var address = bytes[..(IsIPv4 ? 4 : 16)];
        Write(address);
        return IsIPv4 ? new IPAddress(address) : new IPAddress(address, scope);
    }
}
