namespace Nexus.Protocol.Multiplexing;

/// <summary>How long a stream may stand still in which state.</summary>
/// <param name="Idle">Nothing in either direction; zero: without limit.</param>
/// <param name="HalfClosedIdle">Nothing in either direction after one side's FIN.</param>
/// <param name="SinkStall">Bytes wait for the sink, and it takes none.</param>
public readonly record struct StreamLimits(TimeSpan Idle, TimeSpan HalfClosedIdle, TimeSpan SinkStall);
