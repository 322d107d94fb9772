using System.Collections.Concurrent;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Multiplexing;

namespace Nexus.Mesh.Peering.Flows;

/// <summary>The UDP flows of one link: what they send waits in one bounded queue, which is one lane of the link's writer. No credits (spec/node.md §5.7).</summary>
internal sealed class LinkFlows
{
    /// <summary>What may wait for a peer that reads slowly; more is dropped, as any router does.</summary>
    private const int MaxQueuedBytes = 2 * 1024 * 1024;

    /// <summary>The same of one flow: 128 datagrams of 1 KiB.</summary>
    private const int MaxQueuedBytesPerFlow = 128 * 1024;

    private readonly ConcurrentDictionary<StreamId, PeerFlow> _flows = new();
    private readonly SendLane _lane;
    private readonly int _maxFlows;
    private int _count;

    public LinkFlows(SessionWriter writer, PeerFormat format, int maxFlows, FlowMetrics metrics)
    {
        (_maxFlows, Metrics) = (maxFlows, metrics);
        Queue = new(MaxQueuedBytes, MaxQueuedBytesPerFlow, format);
        _lane = new SendLane(writer, default, Queue, UnlimitedCredits.Instance) { CarriesMessages = true };
        _lane.OpenSilently();
    }

    public DatagramQueue Queue { get; }

    public FlowMetrics Metrics { get; }

    public int Count => Volatile.Read(ref _count);

    public bool IsFull => Count >= _maxFlows;

    public PeerFlow? Find(StreamId id) => _flows.GetValueOrDefault(id);

    /// <summary>Messages for it reach it from now on; false at the limit, or when its id is taken.</summary>
    public bool TryAdd(PeerFlow flow)
    {
        if (Interlocked.Increment(ref _count) <= _maxFlows && _flows.TryAdd(flow.Id, flow)) return true;
        Interlocked.Decrement(ref _count);
        return false;
    }

    /// <summary>The flow has ended.</summary>
    public void Close(PeerFlow flow, DatagramStream stream, bool isTold)
    {
        if (_flows.TryRemove(new(flow.Id, flow))) Interlocked.Decrement(ref _count);
        if (isTold) Queue.Finish(stream);
        else Queue.Cancel(stream);
    }

    public void EndAll()
    {
        foreach (var (_, flow) in _flows) flow.End(PeerFlowEnd.LinkLost);
    }

    /// <summary>Once per second.</summary>
    public void OnTick()
    {
        foreach (var (_, flow) in _flows) flow.OnTick();
    }

    /// <summary>Sends until the token fires or the writer stops; then nothing waits any more.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await _lane.RunAsync(cancellationToken);
        Queue.End();
    }
}
