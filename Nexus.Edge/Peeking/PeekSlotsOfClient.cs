namespace Nexus.Edge.Peeking;

/// <summary>The slots of one client, the oldest first, those who have said nothing apart. Guarded by <see cref="PeekSlots"/>.</summary>
internal sealed class PeekSlotsOfClient
{
    private readonly LinkedList<PeekSlot> _silent = [];
    private readonly LinkedList<PeekSlot> _unfinished = [];

    public int Count => _silent.Count + _unfinished.Count;

    /// <summary>The one to go first; null when there is none such.</summary>
    public PeekSlot? Oldest(bool mustHaveSpoken) => mustHaveSpoken || _silent.First is null ? _unfinished.First?.Value : _silent.First.Value;

    public void Add(PeekSlot slot) => ListOf(slot).AddLast(slot.Place);

    /// <summary>False when it is not here.</summary>
    public bool Remove(PeekSlot slot)
    {
        var list = ListOf(slot);
        if (slot.Place.List != list) return false;
        list.Remove(slot.Place);
        return true;
    }

    private LinkedList<PeekSlot> ListOf(PeekSlot slot) => slot.IsSilent ? _silent : _unfinished;
}
