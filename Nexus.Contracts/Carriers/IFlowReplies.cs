namespace Nexus.Contracts.Carriers;

/// <summary>What the target of a <see cref="CalledFlow"/> says. Called on the call's reading loop: nothing here may wait.</summary>
public interface IFlowReplies
{
    /// <summary>A datagram of the backend, possibly empty; its memory is valid during the call only.</summary>
    void OnReply(ReadOnlySpan<byte> datagram);

    /// <summary>The target has ended the flow, or the call is over (<see cref="FlowEnd.Stopping"/>). At most once; an end that the opener says itself is not repeated.</summary>
    void OnEnd(FlowEnd end);
}
