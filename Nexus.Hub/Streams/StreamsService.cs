using Nexus.Contracts.Carriers;

namespace Nexus.Hub.Streams;

/// <summary>Takes user connections and UDP flows from edges and gives each to a backend (streams.proto).</summary>
internal sealed class StreamsService(IStreamReception reception, IFlowReception flows) : ReceivingStreamsBase(reception, flows);
