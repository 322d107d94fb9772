using Grpc.Core;
using Nexus.Contracts.Carriers;
using Nexus.Mesh.Directory;
using Nexus.Mesh.Peering.Tunnels;

namespace Nexus.Mesh.Peering.Flows;

/// <summary>The calls that carry other regions' flows to hubs of this region.</summary>
internal sealed class HubFlows(GrpcCarrier carrier, HubTurns turns, ILogger<HubFlows> logger) : FlowCalls<HubTarget>(carrier)
{
    protected override string AddressOf(HubTarget target) => target.StreamAddress;

    protected override bool MayCall(HubTarget target) => !turns.IsAvoided(target);

    protected override void OnCalling(HubTarget target)
    {
        // Its end is told.
    }

    protected override void OnOver(HubTarget target, Status status, bool isStopping)
    {
        turns.NoteRefusal(target, OpenRefusal.Unreachable);
        if (!isStopping) PeeringLog.FlowCallLost(logger, target.Id, status.StatusCode, status.Detail);
    }
}
