using Grpc.Core;

namespace Nexus.Contracts.Carriers;

/// <summary>All flows to one target: its numbers on one side, their openers on the other. Lives as long as its call.</summary>
internal sealed class FlowCall : IFlowEvents
{
    private static readonly DatagramOutboxOptions s_bounds = new();

    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, CalledFlow> _flows = [];
    private readonly DatagramClientCall? _call;
    private ulong _lastNumber;
    private bool _isEnded;

    public FlowCall(GrpcCarrier carrier, string address) => _call = carrier.OpenDatagrams(address, this, s_bounds);

    /// <summary>Gives a flow a number and tells the target; null when the call is over or has no room.</summary>
    public CalledFlow? TryOpen(IFlowReplies replies, OpenStream open)
    {
        lock (_lock)
        {
            if (_isEnded || _call is null || !_call.Outbox.TryOpen(_lastNumber + 1, open)) return null;
            var flow = new CalledFlow(this, ++_lastNumber, replies);
            _flows.Add(flow.Number, flow);
            return flow;
        }
    }

    public bool TrySend(CalledFlow flow, ReadOnlySpan<byte> datagram) => _call is not null && _call.Outbox.TrySend(flow.Number, ref flow.Share, datagram);

    public void End(CalledFlow flow, FlowEnd end)
    {
        bool wasThere;
        lock (_lock) wasThere = _flows.Remove(flow.Number);
        if (wasThere) _call?.Outbox.End(flow.Number, end);
    }

    /// <summary>Runs until the call ends; the flows have ended then.</summary>
    public async Task<Status> RunAsync(CancellationToken cancellationToken)
    {
        var status = new Status(StatusCode.InvalidArgument, "The target's address is not http(s).");
        try
        {
            if (_call is not null) status = await _call.RunAsync(cancellationToken).ConfigureAwait(false);
            return status;
        }
        finally
        {
            _call?.Dispose();
            foreach (var flow in Close()) flow.Replies.OnEnd(FlowEnd.Stopping);
        }
    }

    void IFlowEvents.OnOpen(ulong flow, OpenStream? open)
    {
        // Targets open none.
    }

    void IFlowEvents.OnDatagram(ulong flow, ReadOnlySpan<byte> datagram) => Find(flow)?.Replies.OnReply(datagram);

    void IFlowEvents.OnEnd(ulong flow, FlowEnd end)
    {
        CalledFlow? ended;
        lock (_lock) _flows.Remove(flow, out ended);
        ended?.Replies.OnEnd(end);
    }

    private CalledFlow? Find(ulong flow)
    {
        lock (_lock) return _flows.GetValueOrDefault(flow);
    }

    private CalledFlow[] Close()
    {
        lock (_lock)
        {
            _isEnded = true;
            CalledFlow[] flows = [.. _flows.Values];
            _flows.Clear();
            return flows;
        }
    }
}
