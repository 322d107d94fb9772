using Grpc.Core;
using Nexus.Contracts.Carriers;
using Nexus.Hub.Sessions;

namespace Nexus.Hub.Streams;

/// <summary>Takes user connections from edges and gives each to a backend (streams.proto).</summary>
internal sealed class StreamsService(IStreamReception reception, FlowOpener flows, DatagramMetrics datagrams) : ReceivingStreamsBase(reception)
{
    public override async Task Datagrams(IAsyncStreamReader<DatagramBatch> requestStream, IServerStreamWriter<DatagramBatch> responseStream, ServerCallContext context)
    {
        var call = new DatagramCall(requestStream, responseStream, flows, datagrams);
        var status = await call.RunAsync(context.CancellationToken);
        if (status.StatusCode is not (StatusCode.OK or StatusCode.Cancelled)) context.Status = status;
    }
}
