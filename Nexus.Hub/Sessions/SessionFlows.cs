using System.Collections.Concurrent;
using Nexus.Contracts.Carriers;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Multiplexing;

namespace Nexus.Hub.Sessions;

/// <summary>The UDP flows of one session: what they send waits in one bounded queue, which is one lane of the session's writer.</summary>
internal sealed class SessionFlows
{
    /// <summary>What may wait for a backend that reads slowly; more is dropped, as any router does.</summary>
    private const int MaxQueuedBytes = 2 * 1024 * 1024;

    /// <summary>The same of one flow: 128 datagrams of 1 KiB.</summary>
    private const int MaxQueuedBytesPerFlow = 128 * 1024;

    private readonly ConcurrentDictionary<StreamId, UserFlow> _flows = new();
    private readonly DatagramQueue _queue = new(MaxQueuedBytes, MaxQueuedBytesPerFlow);
    private readonly SendLane _lane;
    private readonly int _maxFlows;
    private readonly DatagramMetrics _metrics;
    private int _count;

    public SessionFlows(SessionWriter writer, int maxFlows, DatagramMetrics metrics)
    {
        _maxFlows = maxFlows;
        _metrics = metrics;
        _lane = new SendLane(writer, default, _queue, UnlimitedCredits.Instance) { CarriesMessages = true };
        _lane.OpenSilently();
    }

    public int Count => Volatile.Read(ref _count);

    public UserFlow? Find(StreamId id) => _flows.GetValueOrDefault(id);

    /// <summary>A flow that the session's messages reach, with `connect` still to be queued; null at the limit, or when the id is taken.</summary>
    public UserFlow? TryAdd(BackendSession session, StreamId id, IFlowUser user, ulong number)
    {
        var flow = new UserFlow(session, id, _queue, user, number, _metrics);
        if (Interlocked.Increment(ref _count) <= _maxFlows && _flows.TryAdd(id, flow)) return flow;
        Interlocked.Decrement(ref _count);
        return null;
    }

    public void Remove(UserFlow flow)
    {
        if (_flows.TryRemove(new(flow.Id, flow))) Interlocked.Decrement(ref _count);
    }

    public void EndAll(FlowEnd end)
    {
        foreach (var (_, flow) in _flows) flow.End(end);
    }

    /// <summary>Sends until the token fires or the writer stops; then nothing waits any more.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await _lane.RunAsync(cancellationToken);
        _queue.End();
    }
}
