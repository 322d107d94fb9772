using Nexus.Protocol.Backend;

namespace Nexus.Protocol.Multiplexing;

/// <summary>The sending half of one UDP stream: its place in a <see cref="DatagramQueue"/>, which guards all its state.</summary>
public sealed class DatagramStream(StreamId streamId)
{
    /// <summary>The stream's id.</summary>
    public StreamId StreamId { get; } = streamId;

    internal int QueuedBytes { get; set; }

    internal long PendingGrant { get; set; }

    internal bool IsFinished { get; set; }

    internal bool IsCancelled { get; set; }
}
