using Grpc.Core;
using Nexus.Protocol.Backend;

namespace Nexus.Contracts.Carriers;

/// <summary>The called side of `Streams.Datagrams`: one caller's UDP flows, its numbers on one side, a reception's flows on the other.</summary>
internal sealed class DatagramServerCall : IFlowEvents, IFlowUser
{
    private static readonly DatagramOutboxOptions s_bounds = new();

    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, IReceivedFlow> _flows = [];
    private readonly DatagramExchange _exchange;
    private readonly IFlowReception _reception;

    public DatagramServerCall(IAsyncStreamReader<DatagramBatch> requests, IAsyncStreamWriter<DatagramBatch> responses, IFlowReception reception)
    {
        _exchange = new DatagramExchange(requests, responses, this, s_bounds);
        _reception = reception;
    }

    /// <summary>Serves until the call ends; then its flows have ended, and their backends know.</summary>
    public async Task<Status> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _exchange.RunAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            foreach (var flow in TakeAll()) flow.Finish();
        }
    }

    void IFlowEvents.OnOpen(ulong flow, OpenStream? open)
    {
        if (Find(flow) is not null) return; // a breach: the number is taken
        var (opened, refusal) = _reception.Open(open is { Transport: StreamTransport.Udp, Host.Length: 0 } ? open : null, this, flow);
        if (opened is null)
        {
            _exchange.Outbox.End(flow, refusal);
            return;
        }

        lock (_lock) _flows.Add(flow, opened);
        if (opened.IsEnded) Forget(flow); // between its opening and its entry
    }

    void IFlowEvents.OnDatagram(ulong flow, ReadOnlySpan<byte> datagram) => Find(flow)?.Send(datagram);

    void IFlowEvents.OnEnd(ulong flow, FlowEnd end)
    {
        if (Find(flow) is not { } found) return;
        Forget(flow);
        found.Finish();
    }

    bool IFlowUser.TrySend(ulong flow, ref FlowShare share, ReadOnlySpan<byte> datagram) => _exchange.Outbox.TrySend(flow, ref share, datagram);

    void IFlowUser.End(ulong flow, FlowEnd end)
    {
        Forget(flow);
        _exchange.Outbox.End(flow, end);
    }

    private IReceivedFlow? Find(ulong flow)
    {
        lock (_lock) return _flows.GetValueOrDefault(flow);
    }

    private void Forget(ulong flow)
    {
        lock (_lock) _flows.Remove(flow);
    }

    private IReceivedFlow[] TakeAll()
    {
        lock (_lock)
        {
            IReceivedFlow[] flows = [.. _flows.Values];
            _flows.Clear();
            return flows;
        }
    }
}
