using System.Diagnostics;
using Grpc.Core;
using Nexus.Contracts.Carriers;
using Nexus.Hub.Observing;
using Nexus.Hub.Sessions;
using Nexus.Protocol.Backend;

namespace Nexus.Hub.Streams;

/// <summary>Takes user connections from edges and gives each to a backend (streams.proto).</summary>
internal sealed class StreamsService(
    StreamOpener opener, StreamRunner runner, FlowOpener flows, SessionsMetrics metrics, DatagramMetrics datagrams, ILogger<StreamsService> logger) : RawStreamsBase
{
    public override async Task Relay(IAsyncStreamReader<RelayFrame> requestStream, IServerStreamWriter<RelayFrame> responseStream, ServerCallContext context)
    {
        var open = await RelayServerChannel.ReadOpenAsync(requestStream, context.CancellationToken);
        if (open is null || !OpenRequest.TryGetKey(open, out var key))
        {
            Refuse(context, StreamRefusal.InvalidOpen);
            return;
        }

        if (open.Transport != StreamTransport.Tcp)
        {
            Refuse(context, StreamRefusal.UnsupportedTransport);
            return;
        }

        using var span = HubTracing.StartStream(open);
        await using var user = new RelayServerChannel(requestStream, responseStream, context);
        var (stream, refusal) = opener.Open(key, user, OpenRequest.ToConnect(open, key, span));
        if (stream is null) Refuse(context, refusal, span);
        else user.End(await RunAsync(stream, user, span, context.CancellationToken));
    }

    public override async Task Datagrams(IAsyncStreamReader<DatagramBatch> requestStream, IServerStreamWriter<DatagramBatch> responseStream, ServerCallContext context)
    {
        var call = new DatagramCall(requestStream, responseStream, flows, datagrams);
        var status = await call.RunAsync(context.CancellationToken);
        if (status.StatusCode is not (StatusCode.OK or StatusCode.Cancelled)) context.Status = status;
    }

    /// <summary>The stream's end as a word.</summary>
    private async Task<string> RunAsync(UserStream stream, RelayServerChannel user, Activity? span, CancellationToken userGone)
    {
        var end = StreamEnd.Fault; // stays if the stream throws
        try
        {
            end = await runner.RunAsync(stream, user.AcceptAsync(), userGone);
        }
        finally
        {
            HubTracing.EndStream(span, stream, end);
            StreamsLog.Ended(logger, stream.Id.ToGuid(), end, stream.BytesFromUser, stream.BytesToUser);
        }

        return EnumWord.Of(end);
    }

    private void Refuse(ServerCallContext context, StreamRefusal refusal, Activity? span = null)
    {
        metrics.StreamRefused(refusal);
        StreamsLog.Refused(logger, refusal);
        span?.SetStatus(ActivityStatusCode.Error, EnumWord.Of(refusal));
        RelayServerChannel.Refuse(context, OpenRequest.ToStatus(refusal), EnumWord.Of(refusal));
    }
}
