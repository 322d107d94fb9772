namespace Nexus.Contracts.Carriers;

/// <summary>Metadata of `Streams.Relay` (streams.proto).</summary>
internal static class RelayHeader
{
    /// <summary>Response header: a backend has the stream.</summary>
    public const string Stream = "nexus-stream";

    /// <summary>The only value of <see cref="Stream"/>.</summary>
    public const string Accepted = "accepted";

    /// <summary>Trailer: the server's reason, a snake_case word.</summary>
    public const string End = "nexus-end";
}
