using Grpc.Core;

namespace Nexus.Contracts.Carriers;

/// <summary>Base class of a server of nexus.streams.v1.Streams that gives users to a reception.</summary>
/// <param name="reception">Takes them.</param>
public abstract class ReceivingStreamsBase(IStreamReception reception) : RawStreamsBase
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
}
