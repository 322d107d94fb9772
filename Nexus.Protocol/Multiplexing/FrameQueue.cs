namespace Nexus.Protocol.Multiplexing;

/// <summary>
/// Frames that wait, packed into blocks that nobody else ever has: whatever is taken out or dropped gives its block back here, once.
/// An empty queue holds none. A value of its lane, which guards it.
/// </summary>
internal struct FrameQueue
{
    private FrameBlock? _head;
    private FrameBlock? _tail;

    /// <summary>Frames whose end was not taken out yet.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of payload.</summary>
    public int Bytes { get; private set; }

    /// <summary>Memory that is held: at most a block more than twice the bytes.</summary>
    public int HeldBytes { get; private set; }

    public readonly bool IsEmpty => _head is null;

    public void Append(ReadOnlySpan<byte> payload, int cost)
    {
        Bytes += payload.Length;
        Count++;
        while (true)
        {
            var block = BlockFor(payload.Length);
            var piece = payload[..Math.Min(payload.Length, block.Room)];
            payload = payload[piece.Length..];
            block.Append(piece, cost, endsFrame: payload.IsEmpty);
            if (payload.IsEmpty) return;
            cost = 0;
        }
    }

    /// <summary>The next frame; one that is longer than a block comes in pieces.</summary>
    public readonly bool TryPeek(out QueuedFrame frame)
    {
        frame = default;
        if (_head is null) return false;
        frame = _head.Peek();
        return true;
    }

    /// <summary>Takes out what <see cref="TryPeek"/> showed; its memory must not be used any more.</summary>
    public void Advance(in QueuedFrame frame)
    {
        if (_head is not { } head) return;
        if (frame.IsEnd) Count--;
        Bytes -= frame.Bytes.Length;
        head.Advance(frame);
        if (head.IsEmpty) RemoveHead(head);
    }

    /// <summary>Drops everything. Nothing that <see cref="TryPeek"/> showed may be in use.</summary>
    public void Clear()
    {
        while (_head is { } head) RemoveHead(head);
        (Count, Bytes) = (0, 0);
    }

    private void RemoveHead(FrameBlock head)
    {
        _head = head.Next;
        if (_head is null) _tail = null;
        HeldBytes -= head.Size;
        head.Return();
    }

    /// <summary>A whole frame that does not fit is not cut in two: its bytes would take two writes.</summary>
    private FrameBlock BlockFor(int length)
    {
        if (_tail is { } tail && tail.Room >= length) return tail;
        var block = _tail is null && length < FrameMemory.SmallRoom ? FrameMemory.Small.Rent() : FrameMemory.Large.Rent();
        HeldBytes += block.Size;
        if (_tail is null) _head = block;
        else _tail.Next = block;
        return _tail = block;
    }
}
