namespace Nexus.Edge.Peeking;

/// <summary>
/// Reads the name a user asks for from the first bytes of its connection: a TLS ClientHello, else an HTTP/1 head, else
/// nothing. The first byte decides which. Resumable: every call gets all bytes so far, of which earlier calls have seen
/// a prefix, and looks only at the new ones, so byte-by-byte delivery costs linear time. Total: never throws.
/// </summary>
internal struct FirstBytesParser
{
    /// <summary>spec: TLS peek capture limit. A post-quantum hello needs about 2 KiB.</summary>
    public const int MaxTlsBytes = 32_768;

    /// <summary>spec: HTTP peek capture limit.</summary>
    public const int MaxHttpBytes = 65_536;

    private ClientHelloParser _hello;
    private HttpHeadParser _head;

    public PeekResult Parse(ReadOnlySpan<byte> captured)
    {
        if (captured.IsEmpty) return new(PeekStatus.NeedMore);
        if (captured[0] == ClientHelloParser.HandshakeRecord) return Bounded(_hello.Parse(captured[..Math.Min(captured.Length, MaxTlsBytes)]), captured.Length, MaxTlsBytes);
        return Bounded(_head.Parse(captured[..Math.Min(captured.Length, MaxHttpBytes)]), captured.Length, MaxHttpBytes);
    }

    private static PeekResult Bounded(PeekResult result, int captured, int limit) =>
        result.Status == PeekStatus.NeedMore && captured >= limit ? new(PeekStatus.TooLarge) : result;
}
