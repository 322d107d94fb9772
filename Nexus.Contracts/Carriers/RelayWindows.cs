namespace Nexus.Contracts.Carriers;

/// <summary>
/// HTTP/2 flow-control windows for a server of <see cref="RawStreams"/> (Kestrel: Limits.Http2.InitialStreamWindowSize,
/// InitialConnectionWindowSize, MaxStreamsPerConnection).
/// </summary>
/// <remarks>
/// A stream whose backend does not read fills its own window and keeps it. Kestrel's connection window is hardly larger than
/// one stream's, so with its defaults two such streams stop every other one of the connection. With these, all streams of a
/// connection may be stuck and none of the others notices.
/// </remarks>
public static class RelayWindows
{
    /// <summary>Bytes that a caller may send ahead on one stream: what a slow stream can hold of our memory.</summary>
    public const int Stream = 256 * 1024;

    /// <summary>
    /// Streams of one connection; a caller opens another connection for more. Kestrel remembers a stream that it ended before the
    /// caller did for 5 s, and refuses new ones when it remembers twice this number: with 100, backends that end 40 connections a
    /// second would stop all others.
    /// </summary>
    public const int StreamsPerConnection = 8_000;

    /// <summary>Bytes of all streams of a connection; HTTP/2 allows 2 GiB - 1.</summary>
    public const int Connection = Stream * StreamsPerConnection;
}
