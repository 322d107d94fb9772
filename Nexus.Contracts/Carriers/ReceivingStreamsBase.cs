using Grpc.Core;

namespace Nexus.Contracts.Carriers;

/// <summary>Base class of a server of nexus.streams.v1.Streams that gives users to a reception.</summary>
/// <param name="reception">Takes streams.</param>
/// <param name="flows">Takes UDP flows.</param>
public abstract class ReceivingStreamsBase(IStreamReception reception, IFlowReception flows) : RawStreamsBase
{
    /// <summary>Serves one user connection, from the call's open request to its end.</summary>
    public sealed override async Task Relay(IAsyncStreamReader<RelayFrame> requestStream, IServerStreamWriter<RelayFrame> responseStream, ServerCallContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var open = await RelayServerChannel.ReadOpenAsync(requestStream, context.CancellationToken).ConfigureAwait(false);
        var user = new RelayServerChannel(requestStream, responseStream, context);
        await using (user.ConfigureAwait(false))
        {
            var opened = await reception.OpenAsync(open, user, context.CancellationToken).ConfigureAwait(false);
            if (opened.IsTaken) user.End((await opened.Stream.RunAsync(user.AcceptAsync(), context.CancellationToken).ConfigureAwait(false)).Word);
            else RelayServerChannel.Refuse(context, opened.Refusal, opened.Word);
        }
    }

    /// <summary>Serves the UDP flows of one caller until it ends the call or the service stops; then all of them have ended.</summary>
    public sealed override async Task Datagrams(IAsyncStreamReader<DatagramBatch> requestStream, IServerStreamWriter<DatagramBatch> responseStream, ServerCallContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var call = new DatagramServerCall(requestStream, responseStream, flows);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, flows.Stopped);
        var status = await call.RunAsync(either.Token).ConfigureAwait(false);
        if (status.StatusCode is not (StatusCode.OK or StatusCode.Cancelled)) context.Status = status;
    }
}
