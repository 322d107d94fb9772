using Nexus.Contracts.Carriers;
using Nexus.Hub.Sessions;
using Nexus.Protocol.Naming;

namespace Nexus.Hub.Streams;

/// <summary>How a UDP flow comes to a backend: opening, or refusing, and the record of it.</summary>
internal sealed class FlowReception(FlowOpener opener, DatagramMetrics metrics) : IFlowReception
{
    public CancellationToken Stopped => opener.Stopped;

    public (IReceivedFlow? Flow, FlowEnd Refusal) Open(OpenStream? open, IFlowUser user, ulong number)
    {
        var (flow, refusal) = open is null ? (null, FlowEnd.Invalid) : OpenAt(RouteKey.ForUdpPort(open.ClaimedPort), open, user, number);
        if (flow is null) metrics.FlowRefused(refusal);
        return (flow, refusal);
    }

    private (UserFlow? Flow, FlowEnd Refusal) OpenAt(RouteKey key, OpenStream open, IFlowUser user, ulong number) =>
        opener.Open(key, user, number, OpenRequest.ToConnect(open, key, span: null) with { StreamId = open.FlowId });
}
