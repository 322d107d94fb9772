using Grpc.Core;
using Nexus.Contracts.Carriers;
using Nexus.Edge.Routing;

namespace Nexus.Edge.Datagrams;

/// <summary>All flows to one target: its numbers on one side, flows of ports on the other. Lives as long as its call.</summary>
internal sealed class FlowLink : IFlowEvents
{
    private static readonly DatagramOutboxOptions s_bounds = new();

    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, Flow> _flows = [];
    private readonly DatagramClientCall? _call;
    private ulong _lastNumber;
    private bool _isEnded;

    public FlowLink(Target target, GrpcCarrier carrier)
    {
        Target = target;
        _call = carrier.OpenDatagrams(target.Address, this, s_bounds);
    }

    public Target Target { get; }

    /// <summary>Gives the flow a number and tells the target; false when the link is over or has no room.</summary>
    public bool TryOpen(Flow flow, OpenStream open)
    {
        lock (_lock)
        {
            if (_isEnded || _call is null || !_call.Outbox.TryOpen(_lastNumber + 1, open)) return false;
            flow.Link = this;
            flow.Number = ++_lastNumber;
            _flows.Add(flow.Number, flow);
            return true;
        }
    }

    public bool TrySend(Flow flow, ReadOnlySpan<byte> datagram) => _call is not null && _call.Outbox.TrySend(flow.Number, ref flow.Share, datagram);

    /// <summary>The flow, which its port has given up, ends at the target too.</summary>
    public void End(Flow flow, FlowEnd end)
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
            if (_call is not null) status = await _call.RunAsync(cancellationToken);
            return status;
        }
        finally
        {
            _call?.Dispose();
            foreach (var flow in Close()) flow.Port?.OnEnd(flow, FlowClose.TargetLost);
        }
    }

    void IFlowEvents.OnOpen(ulong flow, OpenStream? open)
    {
        // Targets open none.
    }

    void IFlowEvents.OnDatagram(ulong flow, ReadOnlySpan<byte> datagram)
    {
        if (Find(flow) is { } found) found.Port?.OnReply(found, datagram);
    }

    void IFlowEvents.OnEnd(ulong flow, FlowEnd end)
    {
        Flow? ended;
        lock (_lock) _flows.Remove(flow, out ended);
        ended?.Port?.OnEnd(ended, FlowCloses.Of(end));
    }

    private Flow? Find(ulong flow)
    {
        lock (_lock) return _flows.GetValueOrDefault(flow);
    }

    private Flow[] Close()
    {
        lock (_lock)
        {
            _isEnded = true;
            Flow[] flows = [.. _flows.Values];
            _flows.Clear();
            return flows;
        }
    }
}
