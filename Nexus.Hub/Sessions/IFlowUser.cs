using Nexus.Contracts.Carriers;

namespace Nexus.Hub.Sessions;

/// <summary>The user's side of UDP flows, which it has numbered. Neither member waits.</summary>
internal interface IFlowUser
{
    /// <summary>A reply; false when it was dropped.</summary>
    bool TrySend(ulong flow, ref FlowShare share, ReadOnlySpan<byte> datagram);

    /// <summary>The flow ended at the backend's side.</summary>
    void End(ulong flow, FlowEnd end);
}
