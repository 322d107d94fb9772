using Microsoft.Extensions.Logging;
using Nexus.Client.Streams;

namespace Nexus.Client.LocalRouting;

/// <summary>
/// A UDP flow that a connect handler serves. What its channel throws ends the flow and is told once: the session's receiver calls
/// it for every datagram.
/// </summary>
internal sealed class HandlerDatagrams(INexusDatagramChannel channel, Guid streamId, ILogger logger) : ILocalDatagrams
{
    private readonly CancellationTokenSource _failed = new();

    public bool TrySend(ReadOnlySpan<byte> datagram)
    {
        if (_failed.IsCancellationRequested) return false;
        try
        {
            return channel.TrySend(datagram);
        }
        catch (Exception ex) // foreign code: it ends this user's flow and nothing else
        {
            Fail(ex);
            return false;
        }
    }

    public async Task<StreamEnd> ReceiveAsync(UserFlow flow, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _failed.Token);
        try
        {
            await foreach (var datagram in channel.Reader.ReadAllAsync(stop.Token).ConfigureAwait(false)) flow.Send(datagram.Span);
            return StreamEnd.Completed;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return StreamEnd.LocalFailed; // whoever cancelled has another reason, or TrySend has told its own
        }
        catch (Exception ex) // foreign code
        {
            Fail(ex);
            return StreamEnd.LocalFailed;
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await channel.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception ex) // foreign code
        {
            Fail(ex);
        }
    }

    private void Fail(Exception ex)
    {
        if (_failed.IsCancellationRequested) return;
        RoutingLog.ChannelFailed(logger, streamId, ex);
        _failed.CancelAfter(TimeSpan.Zero); // not here: the session's receiver has better things to do than to run what waits for it
    }
}
