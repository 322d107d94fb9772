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
    private int _count;

    public SessionFlows(SessionWriter writer, int maxFlows)
    {
        _maxFlows = maxFlows;
        _lane = new SendLane(writer, default, _queue, UnlimitedCredits.Instance) { CarriesMessages = true };
        _lane.OpenSilently();
    }

    public int Count => Volatile.Read(ref _count);

    public UserFlow? Find(StreamId id) => _flows.GetValueOrDefault(id);

    /// <summary>A flow that the session's messages reach, with `connect` still to be queued; null at the limit.</summary>
    public UserFlow? TryAdd(BackendSession session, IFlowUser user, ulong number)
    {
        if (Interlocked.Increment(ref _count) > _maxFlows)
        {
            Interlocked.Decrement(ref _count);
            return null;
        }

        var flow = new UserFlow(session, _queue, user, number);
        _flows[flow.Id] = flow;
        return flow;
    }

    public void Remove(UserFlow flow)
    {
        if (_flows.TryRemove(flow.Id, out _)) Interlocked.Decrement(ref _count);
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
