namespace Nexus.Edge.Peeking;

/// <summary>The right to be peeked at; disposal gives it back.</summary>
internal sealed class PeekSlot : IDisposable
{
    // Not disposed: it may be cancelled at any moment, and without a timer it holds nothing.
    private readonly CancellationTokenSource _withdrawn = new();
    private readonly PeekSlots _slots;

    public PeekSlot(PeekSlots slots, ClientNetwork client, long takenAt)
    {
        _slots = slots;
        Client = client;
        TakenAt = takenAt;
        Place = new LinkedListNode<PeekSlot>(this);
    }

    public ClientNetwork Client { get; }

    /// <summary>A timestamp of the slots' clock.</summary>
    public long TakenAt { get; }

    /// <summary>Where it stands in its client's list.</summary>
    public LinkedListNode<PeekSlot> Place { get; }

    /// <summary>Whether no byte has come. Changed by <see cref="PeekSlots"/> alone.</summary>
    public bool IsSilent { get; set; } = true;

    /// <summary>Fires when another client needs the place more.</summary>
    public CancellationToken Withdrawn => _withdrawn.Token;

    /// <summary>The user has said something.</summary>
    public void NoteBytes()
    {
        if (IsSilent) _slots.NoteBytes(this);
    }

    public void Dispose() => _slots.Release(this);

    public void Withdraw() => _withdrawn.Cancel();
}
