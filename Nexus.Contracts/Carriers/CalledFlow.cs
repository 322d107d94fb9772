namespace Nexus.Contracts.Carriers;

/// <summary>One UDP flow at a target, as its opener sees it (<see cref="FlowCalls{TTarget}"/>). No member waits; all are harmless when the flow is over.</summary>
public sealed class CalledFlow
{
    private readonly FlowCall _call;
    private FlowShare _share;

    internal CalledFlow(FlowCall call, ulong number, IFlowReplies replies) => (_call, Number, Replies) = (call, number, replies);

    internal ulong Number { get; }

    internal IFlowReplies Replies { get; }

    internal ref FlowShare Share => ref _share;

    /// <summary>A datagram of the user, copied; false when it is dropped.</summary>
    /// <param name="datagram">0 to 32 768 bytes; larger ones are dropped.</param>
    public bool TrySend(ReadOnlySpan<byte> datagram) => _call.TrySend(this, datagram);

    /// <summary>The flow ends at the target too, which says nothing more of it.</summary>
    /// <param name="end">Why.</param>
    public void End(FlowEnd end) => _call.End(this, end);
}
