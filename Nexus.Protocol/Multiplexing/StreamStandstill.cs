namespace Nexus.Protocol.Multiplexing;

/// <summary>How a stream has stood still for too long.</summary>
public enum StreamStandstill
{
    /// <summary>No byte in either direction for <see cref="StreamLimits.Idle"/>.</summary>
    Idle,

    /// <summary>No byte in either direction for <see cref="StreamLimits.HalfClosedIdle"/> after one side's FIN.</summary>
    HalfClosedIdle,

    /// <summary>Bytes, or only an end, wait for the sink, and it has taken none for <see cref="StreamLimits.SinkStall"/>.</summary>
    SinkStalled,
}
