using System.Net;
using Microsoft.Extensions.Options;

namespace Nexus.Edge.Peeking;

/// <summary>
/// Bounds the peeks in flight without letting anybody lock others out. A slot is held while the first bytes are read, not for
/// the connection's life. Up to the limit everybody gets one. Beyond it a newcomer makes an old one go: of the client that holds
/// most, and never of one that holds no more than the newcomer's own, the oldest that has said nothing, else the oldest that
/// has not finished. Whoever is younger than <see cref="MinAge"/> is spared, since honest users need a round trip for their first
/// bytes: a burst of them goes over the limit for that long, up to <see cref="BurstFactor"/> times the limit
/// (<see cref="UnfinishedFactor"/> times for those that hold a buffer). A silent one costs a socket and no buffer.
/// </summary>
internal sealed class PeekSlots(IOptionsMonitor<PeekOptions> options, TimeProvider time)
{
    public const int BurstFactor = 16;

    /// <summary>Each may hold 64 KiB: with 256 slots 64 MiB at the worst.</summary>
    public const int UnfinishedFactor = 4;

    /// <summary>A round trip across the world, and one lost packet.</summary>
    public static readonly TimeSpan MinAge = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly Dictionary<ClientNetwork, PeekSlotsOfClient> _byClient = [];
    private int _taken;
    private int _unfinished;

    /// <summary>Slots of those who have begun to speak.</summary>
    public int Unfinished
    {
        get { lock (_lock) return _unfinished; }
    }

    /// <summary>It may change at any time; who is over a smaller one stays until it is due.</summary>
    private int Limit => options.CurrentValue.MaxConcurrentPeeks;

    /// <summary>Null when there is none for this client.</summary>
    public PeekSlot? TryTake(IPAddress address)
    {
        var slot = new PeekSlot(this, ClientNetwork.Of(address), time.GetTimestamp());
        PeekSlot? withdrawn = null;
        var limit = Limit;
        lock (_lock)
        {
            if (limit != PeekOptions.Unlimited && _taken >= limit)
            {
                var isFull = _taken >= (long)limit * BurstFactor;
                withdrawn = FindOldest(slot.Client, isFull ? TimeSpan.Zero : MinAge, mustHaveSpoken: false);
                if (withdrawn is null && isFull) return null;
                if (withdrawn is not null) Remove(withdrawn);
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

    /// <summary>It is silent no longer, and holds a buffer from now on.</summary>
    public void NoteBytes(PeekSlot slot)
    {
        PeekSlot? withdrawn = null;
        var limit = Limit;
        lock (_lock)
        {
            if (!slot.IsSilent || _byClient.GetValueOrDefault(slot.Client) is not { } mine || !mine.Remove(slot)) return; // withdrawn before
            slot.IsSilent = false;
            mine.Add(slot);
            _unfinished++;
            if (limit != PeekOptions.Unlimited && _unfinished > (long)limit * UnfinishedFactor)
            {
                withdrawn = FindOldest(slot.Client, TimeSpan.Zero, mustHaveSpoken: true);
                if (withdrawn is not null) Remove(withdrawn);
            }
        }
        withdrawn?.Withdraw();
    }

    /// <summary>The one to go: of the newcomer's own client, or of one that holds more, of such the one that holds most.</summary>
    private PeekSlot? FindOldest(ClientNetwork newcomer, TimeSpan minAge, bool mustHaveSpoken)
    {
        var mine = _byClient.GetValueOrDefault(newcomer)?.Count ?? 0;
        PeekSlot? found = null;
        var most = 0;
        foreach (var (client, slots) in _byClient)
        {
            if (slots.Count < most || (slots.Count <= mine && client != newcomer)) continue;
            if (slots.Oldest(mustHaveSpoken) is not { } oldest || time.GetElapsedTime(oldest.TakenAt) < minAge) continue;
            if (slots.Count == most && found is not null && !IsBefore(oldest, found)) continue;
            most = slots.Count;
            found = oldest;
        }
        return found;
    }

    /// <summary>Silent ones go before unfinished ones, old ones before young ones.</summary>
    private static bool IsBefore(PeekSlot slot, PeekSlot other) => slot.IsSilent == other.IsSilent ? slot.TakenAt < other.TakenAt : slot.IsSilent;

    private void Add(PeekSlot slot)
    {
        if (!_byClient.TryGetValue(slot.Client, out var slots)) _byClient[slot.Client] = slots = new PeekSlotsOfClient();
        slots.Add(slot);
        _taken++;
    }

    private void Remove(PeekSlot slot)
    {
        if (!_byClient.TryGetValue(slot.Client, out var slots) || !slots.Remove(slot)) return; // withdrawn before
        if (slots.Count == 0) _byClient.Remove(slot.Client);
        _taken--;
        if (!slot.IsSilent) _unfinished--;
    }
}
