namespace Nexus.Protocol.Backend;

/// <summary>The texts of the field <c>transport</c>. Absent or another text means TCP.</summary>
public static class StreamTransport
{
    /// <summary>A byte stream.</summary>
    public const string Tcp = "tcp";

    /// <summary>Datagrams: one data message each, without upstream credits.</summary>
    public const string Udp = "udp";

    internal static string? Find(ReadOnlySpan<byte> utf8)
    {
        if (utf8.SequenceEqual("tcp"u8)) return Tcp;
        return utf8.SequenceEqual("udp"u8) ? Udp : null;
    }
}
