using Nexus.Protocol.Backend;
using Nexus.Protocol.WebSockets;

namespace Nexus.Protocol.Multiplexing;

/// <summary>How a <see cref="SessionWriter"/> cuts and orders what it sends.</summary>
public sealed record SessionWriterOptions
{
    /// <summary>Which side we are; clients mask.</summary>
    public required WebSocketRole Role { get; init; }

    /// <summary>How messages look: between hub and client unless said otherwise.</summary>
    public WireFormat Format { get; init; } = WireFormat.Backend;

    /// <summary>Below the transport, so that the records of one batch leave together; null when there is none.</summary>
    public Channels.SocketStream? Holding { get; init; }

    /// <summary>Largest payload of a data frame, 1 to <see cref="DataFrame.MaxPayload"/> bytes. Clients send 16 384 (spec/client.md §6.6).</summary>
    public int MaxPayload { get; init; } = DataFrame.MaxPayload;

    /// <summary>
    /// Bytes that one stream may send before the next ready stream gets its turn: the quantum of the deficit round robin.
    /// 64 KiB is four of a client's frames (spec/client.md §8.1).
    /// </summary>
    public int Quantum { get; init; } = 64 * 1024;

    /// <summary>Bytes gathered for one write. Four TLS records; larger gave nothing, smaller costs a call per record.</summary>
    public int BatchSize { get; init; } = 64 * 1024;

    /// <summary>
    /// Control messages that may wait for the wire, not counting those that coalesce per stream. More means that the peer
    /// asks faster than it reads; the session ends then.
    /// </summary>
    public int MaxQueuedMessages { get; init; } = 4_096;
}
