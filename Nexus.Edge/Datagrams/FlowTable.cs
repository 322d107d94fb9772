using System.Diagnostics.CodeAnalysis;
using Nexus.Edge.Peeking;

namespace Nexus.Edge.Datagrams;

/// <summary>
/// The flows of one port: never more than the bound, and the least recently used goes first. Flows whose user has answered a reply
/// are kept in a list of their own: those that have not, which anybody can invent with forged addresses, drive out each other
/// once they are more than a quarter, and never the others. Not thread-safe; the port locks.
/// </summary>
internal sealed class FlowTable(int maxFlows, int maxFlowsPerClient)
{
    private readonly Dictionary<FlowKey, Flow> _flows = [];
    private readonly Dictionary<ClientNetwork, LinkedList<Flow>> _clients = [];
    private readonly LinkedList<Flow> _new = [];       // most recently used first
    private readonly LinkedList<Flow> _confirmed = []; // most recently used first

    public int Count => _flows.Count;

    public bool TryFind(FlowKey key, [NotNullWhen(true)] out Flow? flow) => _flows.TryGetValue(key, out flow);

    /// <summary>Adds a flow that has just been used; the one that has to go for it is taken out.</summary>
    public Flow? Add(Flow flow)
    {
        var client = flow.Key.Address.Network;
        var evicted = _clients.TryGetValue(client, out var own) && own.Count >= maxFlowsPerClient ? own.Last?.Value
            : _flows.Count >= maxFlows ? FindLeastWorthKeeping()
            : null;
        if (evicted is not null) Remove(evicted);

        _flows.Add(flow.Key, flow);
        _new.AddFirst(flow.Age);
        if (!_clients.TryGetValue(client, out own)) _clients.Add(client, own = []);
        own.AddFirst(flow.OfClient);
        return evicted;
    }

    /// <summary>The flow was used at <see cref="Flow.LastActive"/>.</summary>
    public void Touch(Flow flow)
    {
        flow.Age.List?.Remove(flow.Age);
        (flow.IsConfirmed ? _confirmed : _new).AddFirst(flow.Age);
        if (flow.OfClient.List is not { } own || own.First == flow.OfClient) return;
        own.Remove(flow.OfClient);
        own.AddFirst(flow.OfClient);
    }

    public void Remove(Flow flow)
    {
        if (!_flows.Remove(flow.Key)) return;
        flow.IsRemoved = true;
        flow.Age.List?.Remove(flow.Age);
        if (flow.OfClient.List is not { } own) return;
        own.Remove(flow.OfClient);
        if (own.Count == 0) _clients.Remove(flow.Key.Address.Network);
    }

    /// <summary>Takes out all that were last used before <paramref name="since"/>; costs in proportion to their number.</summary>
    public void RemoveBefore(long since, List<Flow> removed)
    {
        foreach (var list in (ReadOnlySpan<LinkedList<Flow>>)[_new, _confirmed])
        {
            while (list.Last?.Value is { } oldest && oldest.LastActive <= since)
            {
                Remove(oldest);
                removed.Add(oldest);
            }
        }
    }

    public List<Flow> RemoveAll()
    {
        List<Flow> all = [.. _flows.Values];
        all.ForEach(Remove);
        return all;
    }

    private Flow? FindLeastWorthKeeping()
    {
        var newcomer = _new.Last?.Value;
        var known = _confirmed.Last?.Value;
        if (newcomer is null || known is null) return newcomer ?? known;
        return _new.Count > maxFlows / 4 || newcomer.LastActive <= known.LastActive ? newcomer : known;
    }
}
