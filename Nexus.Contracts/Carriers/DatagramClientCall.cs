using Grpc.Core;

namespace Nexus.Contracts.Carriers;

/// <summary>The caller's side of `Streams.Datagrams`: all UDP flows to one target.</summary>
public sealed class DatagramClientCall : IDisposable
{
    private readonly AsyncDuplexStreamingCall<DatagramBatch, DatagramBatch> _call;
    private readonly DatagramExchange _exchange;

    internal DatagramClientCall(AsyncDuplexStreamingCall<DatagramBatch, DatagramBatch> call, IFlowEvents events, DatagramOutboxOptions options)
    {
        _call = call;
        _exchange = new DatagramExchange(call.ResponseStream, call.RequestStream, events, options);
    }

    /// <summary>What is to be sent; it may be filled before the call runs.</summary>
    public DatagramOutbox Outbox => _exchange.Outbox;

    /// <summary>Runs until the target ends the call, it breaks, or <paramref name="cancellationToken"/> fires. Call once.</summary>
    public async Task<Status> RunAsync(CancellationToken cancellationToken)
    {
        // A write that waits for the target ends with the call only.
        using var registration = cancellationToken.UnsafeRegister(static state => ((DatagramClientCall)state!).Dispose(), this);
        return await _exchange.RunAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends the call, and with it all its flows at the target.</summary>
    public void Dispose() => _call.Dispose();
}
