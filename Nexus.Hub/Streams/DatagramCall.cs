using Grpc.Core;
using Nexus.Contracts.Carriers;
using Nexus.Hub.Sessions;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Naming;

namespace Nexus.Hub.Streams;

/// <summary>One edge's call with all its UDP flows: its numbers on one side, streams of backends on the other.</summary>
internal sealed class DatagramCall : IFlowEvents, IFlowUser
{
    private static readonly DatagramOutboxOptions s_bounds = new();

    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, UserFlow> _flows = [];
    private readonly DatagramExchange _exchange;
    private readonly FlowOpener _opener;
    private readonly DatagramMetrics _metrics;

    public DatagramCall(
        IAsyncStreamReader<DatagramBatch> requests, IAsyncStreamWriter<DatagramBatch> responses, FlowOpener opener, DatagramMetrics metrics)
    {
        _exchange = new DatagramExchange(requests, responses, this, s_bounds);
        _opener = opener;
        _metrics = metrics;
    }

    /// <summary>Serves until the call ends; then its flows have ended, and their backends know.</summary>
    public async Task<Status> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _exchange.RunAsync(cancellationToken);
        }
        finally
        {
            foreach (var flow in TakeAll())
            {
                flow.Finish();
                _metrics.FlowEnded();
            }
        }
    }

    void IFlowEvents.OnOpen(ulong flow, OpenStream? open)
    {
        if (Find(flow) is not null) return; // a breach: the number is taken
        if (open is not { Transport: StreamTransport.Udp, Host.Length: 0 })
        {
            Refuse(flow, FlowEnd.Invalid);
            return;
        }

        var key = RouteKey.ForUdpPort(open.ClaimedPort);
        var (opened, refusal) = _opener.Open(key, this, flow, OpenRequest.ToConnect(open, key, span: null));
        if (opened is null)
        {
            Refuse(flow, refusal);
            return;
        }

        _metrics.FlowBegan();
        lock (_lock) _flows.Add(flow, opened);
        if (opened.IsEnded) Forget(flow); // between its opening and its entry
    }

    void IFlowEvents.OnDatagram(ulong flow, ReadOnlySpan<byte> datagram)
    {
        if (Find(flow) is { } found) _metrics.Passed(DatagramDirection.ToBackend, found.TrySendToBackend(datagram));
    }

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

    private void Refuse(ulong flow, FlowEnd refusal)
    {
        _metrics.FlowRefused(refusal);
        _exchange.Outbox.End(flow, refusal);
    }

    private UserFlow? Find(ulong flow)
    {
        lock (_lock) return _flows.GetValueOrDefault(flow);
    }

    private void Forget(ulong flow)
    {
        bool wasThere;
        lock (_lock) wasThere = _flows.Remove(flow);
        if (wasThere) _metrics.FlowEnded();
    }

    private UserFlow[] TakeAll()
    {
        lock (_lock)
        {
            UserFlow[] flows = [.. _flows.Values];
            _flows.Clear();
            return flows;
        }
    }
}
