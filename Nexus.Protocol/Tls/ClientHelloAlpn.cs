using System.Buffers.Binary;

namespace Nexus.Protocol.Tls;

/// <summary>
/// Finds the application protocols that a user offers in a TLS ClientHello (RFC 8446 §4.1.2, RFC 7301 §3.1). Pure and total;
/// a hello that is not there as a whole, in one record, has none.
/// </summary>
public static class ClientHelloAlpn
{
    private const byte Handshake = 22;
    private const byte ClientHello = 1;
    private const ushort AlpnExtension = 16;
    private const int FixedSize = 2 + 32; // version and random

    /// <summary>The protocol that is offered first; false when there is none.</summary>
    /// <param name="bytes">The first bytes of a connection, of a stranger: any number, any content.</param>
    /// <param name="protocol">A part of <paramref name="bytes"/>, not empty; usually ASCII, such as "h2".</param>
    public static bool TryFindFirst(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> protocol)
    {
        protocol = default;
        return TryFindNames(bytes, out var names) && TryTake(ref names, 1, out protocol) && !protocol.IsEmpty;
    }

    /// <summary>Whether a protocol is among those that are offered.</summary>
    /// <param name="bytes">As for <see cref="TryFindFirst"/>.</param>
    /// <param name="protocol">Its name on the wire, such as "http/1.1".</param>
    public static bool Offers(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> protocol)
    {
        if (!TryFindNames(bytes, out var names)) return false;
        while (TryTake(ref names, 1, out var name))
        {
            if (name.SequenceEqual(protocol)) return true;
        }

        return false;
    }

    private static bool TryFindNames(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> names)
    {
        names = default;
        if (bytes is not [Handshake, ..] || bytes.Length < 5) return false;
        var record = bytes[3..];
        if (!TryTake(ref record, 2, out var message) || message is not [ClientHello, ..]) return false;
        message = message[1..];
        if (!TryTake(ref message, 3, out var hello) || hello.Length < FixedSize) return false;
        hello = hello[FixedSize..];
        // Session id, cipher suites, compression methods, extensions.
        if (!TryTake(ref hello, 1, out _) || !TryTake(ref hello, 2, out _) || !TryTake(ref hello, 1, out _) || !TryTake(ref hello, 2, out var extensions)) return false;
        while (extensions.Length >= 2)
        {
            var type = BinaryPrimitives.ReadUInt16BigEndian(extensions);
            extensions = extensions[2..];
            if (!TryTake(ref extensions, 2, out var extension)) return false;
            if (type == AlpnExtension) return TryTake(ref extension, 2, out names);
        }

        return false;
    }

    /// <summary>Takes a vector with a length of <paramref name="lengthSize"/> bytes in front.</summary>
    private static bool TryTake(scoped ref ReadOnlySpan<byte> bytes, int lengthSize, out ReadOnlySpan<byte> vector)
    {
        vector = default;
        if (bytes.Length < lengthSize) return false;
        var length = 0;
        foreach (var part in bytes[..lengthSize]) length = length << 8 | part;
        if (bytes.Length - lengthSize < length) return false;
        vector = bytes.Slice(lengthSize, length);
        bytes = bytes[(lengthSize + length)..];
        return true;
    }
}
