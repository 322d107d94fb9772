namespace Nexus.Contracts.Carriers;

/// <summary>Settings of a <see cref="GrpcCarrier"/>.</summary>
public sealed class GrpcCarrierOptions
{
    /// <summary>
    /// How long a target may take until a backend has the stream. A backend that dials its local service answers with it,
    /// so this is longer than a network round trip; the user waits meanwhile.
    /// </summary>
    public TimeSpan OpenTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long connecting to a target may take.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>A connection with streams that is silent for so long is asked for a sign of life; at least 1 s.</summary>
    public TimeSpan KeepAliveDelay { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long the sign of life may take before the connection is given up, and all its users with it. A target that pauses for less
    /// loses nobody; one that is frozen is noticed within both times and a tick or two of a second: with these defaults between 10 and 15 s.
    /// </summary>
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// HTTP/2 connections to one target, over which its streams are spread; at least 1. Made when they are needed. More than one costs no
    /// CPU and saves none on one host; between hosts, a lost packet then holds up only the streams beside it.
    /// </summary>
    public int Connections { get; init; } = 1;

    /// <summary>Which addresses may be called, since they come from outside; null: all.</summary>
    public Func<Uri, bool>? IsAllowed { get; init; }

    /// <summary>Changes each connection's handler before its first use: TLS identity, Unix sockets; null: as it is.</summary>
    public Action<SocketsHttpHandler>? ConfigureHandler { get; init; }
}
