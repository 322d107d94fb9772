using System.Net;
using Microsoft.Extensions.Options;

namespace Nexus.Edge.Peeking;

/// <summary>
/// Bounds the peeks in flight. A slot is held while the first bytes are read, not for the connection's life. When all are
/// taken, the client that holds most loses its oldest to a client with fewer: silent connections of one stranger do not keep
/// the others out.
/// </summary>
internal sealed class PeekSlots(IOptions<PeekOptions> options)
{
    private readonly int _limit = options.Value.MaxConcurrentPeeks;
    private readonly Lock _lock = new();
    private readonly Dictionary<ClientNetwork, LinkedList<PeekSlot>> _byClient = [];
    private int _taken;

    /// <summary>Null when there is none for this client.</summary>
    public PeekSlot? TryTake(IPAddress address)
    {
        var slot = new PeekSlot(this, ClientNetwork.Of(address));
        PeekSlot? withdrawn = null;
        lock (_lock)
        {
            if (_taken >= _limit && _limit != PeekOptions.Unlimited)
            {
                withdrawn = FindUnfair(slot.Client);
                if (withdrawn is null) return null;
                Remove(withdrawn);
            }
            Add(slot);
        }
        withdrawn?.Withdraw();
        return slot;
    }

    public void Release(PeekSlot slot)
    {
        lock (_lock) Remove(slot);
    }

    /// <summary>The oldest slot of the client with most, when that one has more than this one would have.</summary>
    private PeekSlot? FindUnfair(ClientNetwork newcomer)
    {
        var most = _byClient.GetValueOrDefault(newcomer)?.Count ?? 0;
        most++;
        PeekSlot? oldest = null;
        foreach (var slots in _byClient.Values)
        {
            if (slots.Count <= most) continue;
            most = slots.Count;
            oldest = slots.First?.Value;
        }
        return oldest;
    }

    private void Add(PeekSlot slot)
    {
        if (!_byClient.TryGetValue(slot.Client, out var slots)) _byClient[slot.Client] = slots = [];
        slots.AddLast(slot);
        _taken++;
    }

    private void Remove(PeekSlot slot)
    {
        if (!_byClient.TryGetValue(slot.Client, out var slots) || !slots.Remove(slot)) return; // withdrawn before
        if (slots.Count == 0) _byClient.Remove(slot.Client);
        _taken--;
    }
}
