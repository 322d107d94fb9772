namespace Nexus.SystemTests.Chaos;

/// <summary>A fault and its time.</summary>
/// <param name="fault">What it was.</param>
/// <param name="began">Before it was hit.</param>
internal sealed class FaultWindow(ChaosFault fault, long began)
{
    public ChaosFault Fault => fault;

    public long Began => began;

    /// <summary>When it had failed for certain: who began to connect later meets it as it is.</summary>
    public long Hit { get; set; } = long.MaxValue;

    /// <summary>When everything was as before.</summary>
    public long Settled { get; set; } = long.MaxValue;

    public bool Touches(NewUser user) => user.Started < Settled && user.Ended > Began;
}
