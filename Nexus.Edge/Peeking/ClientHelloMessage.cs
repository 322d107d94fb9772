namespace Nexus.Edge.Peeking;

/// <summary>The body of a ClientHello (RFC 8446 §4.1.2), read strictly: what a TLS server would refuse is not routed.</summary>
internal static class ClientHelloMessage
{
    private const byte MajorVersion = 3;
    private const int RandomSize = 32;
    private const int MaxSessionIdSize = 32;
    private const ushort ServerNameExtension = 0;
    private const ushort PreSharedKeyExtension = 41;
    private const byte HostNameType = 0;

    public static PeekResult Parse(ReadOnlySpan<byte> body)
    {
        var reader = new TlsReader(body);
        var isSound = reader.TryReadUInt16(out var version) && version >> 8 == MajorVersion
            && reader.TrySkip(RandomSize)
            && reader.TryReadVector8(out var sessionId) && sessionId.Length <= MaxSessionIdSize
            && reader.TryReadVector16(out var ciphers) && ciphers.Length > 0 && ciphers.Length % 2 == 0
            && reader.TryReadVector8(out var compressions) && compressions.Length > 0;
        if (!isSound) return new(PeekStatus.Malformed);
        if (reader.IsEmpty) return new(PeekStatus.NoName, IsTls: true);
        if (!reader.TryReadVector16(out var extensions) || !reader.IsEmpty) return new(PeekStatus.Malformed);
        if (!TryFindServerName(extensions, out var serverName)) return new(PeekStatus.Malformed);
        if (serverName.IsEmpty) return new(PeekStatus.NoName, IsTls: true);
        return RequestedName.TryRead(serverName, out var host) ? PeekResult.Found(host, isTls: true) : new(PeekStatus.BadName, IsTls: true);
    }

    /// <summary>False when the extensions are malformed; an empty name when there is none.</summary>
    private static bool TryFindServerName(ReadOnlySpan<byte> extensions, out ReadOnlySpan<byte> name)
    {
        name = default;
        Span<byte> seen = stackalloc byte[(ushort.MaxValue + 1) / 8]; // one bit a type: linear however many there are
        seen.Clear();
        var reader = new TlsReader(extensions);
        while (!reader.IsEmpty)
        {
            if (!reader.TryReadUInt16(out var type) || !reader.TryReadVector16(out var data)) return false;
            var bit = (byte)(1 << (type & 7));
            if ((seen[type >> 3] & bit) != 0) return false; // RFC 8446 §4.2: one of each type
            seen[type >> 3] |= bit;

            if (type == ServerNameExtension && !TryReadServerName(data, out name)) return false;
            if (type == PreSharedKeyExtension && !reader.IsEmpty) return false; // RFC 8446 §4.2.11: the last one
        }
        return true;
    }

    private static bool TryReadServerName(ReadOnlySpan<byte> extension, out ReadOnlySpan<byte> name) // RFC 6066 §3: one host_name
    {
        name = default;
        var reader = new TlsReader(extension);
        if (!reader.TryReadVector16(out var list) || !reader.IsEmpty) return false;
        var entries = new TlsReader(list);
        return entries.TryReadByte(out var type) && type == HostNameType
            && entries.TryReadVector16(out name) && name.Length > 0
            && entries.IsEmpty;
    }
}
