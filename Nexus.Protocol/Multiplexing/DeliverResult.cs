namespace Nexus.Protocol.Multiplexing;

/// <summary>What became of a frame given to a <see cref="ReceiveLane"/>.</summary>
public enum DeliverResult
{
    /// <summary>It was written or queued.</summary>
    Accepted,

    /// <summary>The queue is full: the sender ignores its credits. The frame was not taken.</summary>
    Overflow,

    /// <summary>The lane has ended; the frame was dropped.</summary>
    Ended,
}
