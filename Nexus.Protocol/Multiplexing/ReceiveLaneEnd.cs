namespace Nexus.Protocol.Multiplexing;

/// <summary>How a <see cref="ReceiveLane"/> ended.</summary>
public enum ReceiveLaneEnd
{
    /// <summary>Everything was delivered and the sink's writing direction ended in order.</summary>
    Delivered,

    /// <summary>The sink broke: some bytes may not have arrived.</summary>
    SinkBroken,

    /// <summary>The owner aborted the lane: queued bytes were dropped.</summary>
    Aborted,
}
