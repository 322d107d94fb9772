namespace Nexus.Contracts.Carriers;

/// <summary>Settings of <see cref="DuplexRelay"/>.</summary>
public sealed record DuplexRelayOptions
{
    /// <summary>The relay ends when no byte has passed in either direction for so long; above zero.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// The same once one side has ended its direction: shorter, because most peers close both at once and some never close
    /// the other.
    /// </summary>
    public TimeSpan HalfClosedIdleTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Bytes moved at once; rented while there are bytes, not while waiting for them.</summary>
    public int BufferSize { get; init; } = 2 * RelayFrameFormat.BestData;
}
