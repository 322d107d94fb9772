namespace Nexus.Contracts.Carriers;

/// <summary>
/// What arrives of UDP flows in one call, in order. Called on the call's reading loop: nothing here may wait, and memory is valid
/// during the call only.
/// </summary>
public interface IFlowEvents
{
    /// <summary>A new flow; <paramref name="open"/> is null when the request is no valid one.</summary>
    void OnOpen(ulong flow, OpenStream? open);

    /// <summary>One datagram, possibly empty; the flow may be unknown.</summary>
    void OnDatagram(ulong flow, ReadOnlySpan<byte> datagram);

    /// <summary>The other side has ended the flow; it may be unknown.</summary>
    void OnEnd(ulong flow, FlowEnd end);
}
