using Grpc.Core;

namespace Nexus.Contracts.Carriers;

/// <summary>
/// Either side of one call of `Streams.Datagrams`: sends what its <see cref="Outbox"/> holds and gives what arrives to
/// <paramref name="events"/>, until the call ends.
/// </summary>
/// <param name="incoming">What the other side sends.</param>
/// <param name="outgoing">What we send.</param>
/// <param name="events">Takes what arrives.</param>
/// <param name="options">Bounds of what waits to be sent.</param>
public sealed class DatagramExchange(
    IAsyncStreamReader<DatagramBatch> incoming, IAsyncStreamWriter<DatagramBatch> outgoing, IFlowEvents events, DatagramOutboxOptions options)
{
    /// <summary>What is to be sent; usable at once, and harmless when the call has ended.</summary>
    public DatagramOutbox Outbox { get; } = new(options);

    /// <summary>Runs until the other side ends the call, it breaks, or <paramref name="cancellationToken"/> fires. Call once.</summary>
    /// <returns>The call's status as far as this side has seen it; OK for an orderly end.</returns>
    public async Task<Status> RunAsync(CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var receiving = ReceiveAsync(ended.Token);
        var sending = SendAsync(ended.Token);
        var first = await Task.WhenAny(receiving, sending).ConfigureAwait(false);
        await ended.CancelAsync().ConfigureAwait(false);
        await ((Task)Task.WhenAll(receiving, sending)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Outbox.Close();
        return await first.ConfigureAwait(false);
    }

    private async Task<Status> ReceiveAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await incoming.MoveNext(cancellationToken).ConfigureAwait(false))
            {
                var batch = incoming.Current;
                try
                {
                    DatagramBatchFormat.Read(batch, events);
                }
                finally
                {
                    batch.Release();
                }
            }

            return Status.DefaultSuccess;
        }
        catch (Exception exception) when (IsEndOfCall(exception))
        {
            return ToStatus(exception);
        }
    }

    private async Task<Status> SendAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                if (await Outbox.TakeAsync(cancellationToken).ConfigureAwait(false) is not { } batch) continue;
                try
                {
                    await outgoing.WriteAsync(batch, cancellationToken).ConfigureAwait(false);
                }
                finally
                {
                    batch.Release();
                }
            }
        }
        catch (Exception exception) when (IsEndOfCall(exception))
        {
            return ToStatus(exception);
        }
    }

    private static bool IsEndOfCall(Exception exception) =>
        exception is RpcException or IOException or OperationCanceledException or InvalidOperationException;

    private static Status ToStatus(Exception exception) => exception switch
    {
        RpcException rpc => rpc.Status,
        OperationCanceledException => new Status(StatusCode.Cancelled, "The call was ended from this side."),
        _ => new Status(StatusCode.Unavailable, exception.Message, exception),
    };
}
