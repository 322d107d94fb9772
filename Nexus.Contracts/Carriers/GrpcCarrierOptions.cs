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

    /// <summary>
    /// A connection that is silent for so long is asked for a sign of life, and given up when none comes within the same
    /// time: a frozen peer is noticed within twice this.
    /// </summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Changes the connections' handler before its first use: TLS identity, Unix sockets; null: as it is.</summary>
    public Action<SocketsHttpHandler>? ConfigureHandler { get; init; }
}
