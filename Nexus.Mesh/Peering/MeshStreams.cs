using Nexus.Contracts.Carriers;

namespace Nexus.Mesh.Peering;

/// <summary>Takes users for other regions from edges (streams.proto).</summary>
internal sealed class MeshStreams(IStreamReception reception, IFlowReception flows) : ReceivingStreamsBase(reception, flows);
