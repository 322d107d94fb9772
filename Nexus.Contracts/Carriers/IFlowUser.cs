namespace Nexus.Contracts.Carriers;

/// <summary>The user's side of UDP flows, which it has numbered. Neither member waits.</summary>
public interface IFlowUser
{
    /// <summary>A reply; false when it was dropped.</summary>
    /// <param name="flow">The number that the user's side gave the flow.</param>
    /// <param name="share">The flow's, kept by the caller.</param>
    /// <param name="datagram">0 to 32 768 bytes; copied.</param>
    bool TrySend(ulong flow, ref FlowShare share, ReadOnlySpan<byte> datagram);

    /// <summary>The flow ended at the backend's side. Once, and nothing of it afterwards.</summary>
    void End(ulong flow, FlowEnd end);
}
