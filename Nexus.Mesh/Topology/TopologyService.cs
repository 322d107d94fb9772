using Grpc.Core;
using Nexus.Contracts.Topology.V1;

namespace Nexus.Mesh.Topology;

/// <summary>topology.proto.</summary>
internal sealed class TopologyService(TopologyView view) : Contracts.Topology.V1.Topology.TopologyBase
{
    public override Task<TopologySnapshot> Get(GetTopologyRequest request, ServerCallContext context) => Task.FromResult(view.Take(request));
}
