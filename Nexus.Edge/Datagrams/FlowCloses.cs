using Nexus.Contracts.Carriers;

namespace Nexus.Edge.Datagrams;

/// <summary>What an end of a flow is called elsewhere.</summary>
internal static class FlowCloses
{
    public static FlowClose Of(FlowEnd end) => end switch
    {
        FlowEnd.NoBackend or FlowEnd.Full or FlowEnd.Invalid => FlowClose.Refused,
        FlowEnd.Stopping => FlowClose.TargetLost,
        _ => FlowClose.BackendEnded,
    };

    /// <summary>The metric's word.</summary>
    public static string ToWord(this FlowClose close) => close switch
    {
        FlowClose.Idle => "idle",
        FlowClose.Evicted => "evicted",
        FlowClose.BackendEnded => "backend_ended",
        FlowClose.Refused => "refused",
        FlowClose.TargetLost => "target_lost",
        FlowClose.Stopping => "stopping",
        _ => throw new ArgumentOutOfRangeException(nameof(close), close, null),
    };
}
