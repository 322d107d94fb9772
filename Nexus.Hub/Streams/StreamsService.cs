using Grpc.Core;
using Nexus.Contracts.Carriers;
using Nexus.Hub.Observing;
using Nexus.Hub.Sessions;

namespace Nexus.Hub.Streams;

/// <summary>Takes user connections from edges and gives each to a backend (streams.proto).</summary>
internal sealed class StreamsService(StreamReception reception, FlowOpener flows, DatagramMetrics datagrams) : RawStreamsBase
{
    public override async Task Relay(IAsyncStreamReader<RelayFrame> requestStream, IServerStreamWriter<RelayFrame> responseStream, ServerCallContext context)
    {
        var open = await RelayServerChannel.ReadOpenAsync(requestStream, context.CancellationToken);
        using var span = open is null ? null : HubTracing.StartStream(open);
        await using var user = new RelayServerChannel(requestStream, responseStream, context);
        var (stream, refusal) = reception.Open(open, user, span);
        if (stream is null) RelayServerChannel.Refuse(context, OpenRequest.ToStatus(refusal), EnumWord.Of(refusal));
        else user.End(EnumWord.Of(await reception.RunAsync(stream, user.AcceptAsync(), span, context.CancellationToken)));
    }

    public override async Task Datagrams(IAsyncStreamReader<DatagramBatch> requestStream, IServerStreamWriter<DatagramBatch> responseStream, ServerCallContext context)
    {
        var call = new DatagramCall(requestStream, responseStream, flows, datagrams);
        var status = await call.RunAsync(context.CancellationToken);
        if (status.StatusCode is not (StatusCode.OK or StatusCode.Cancelled)) context.Status = status;
    }
}
