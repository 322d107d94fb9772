using System.Buffers;

namespace Nexus.Protocol.Multiplexing;

/// <summary>
/// A block of queued frames: their payloads, one beside the other. Belongs to one <see cref="FrameQueue"/> at a time, which guards it.
/// </summary>
internal sealed unsafe class FrameBlock(FrameMemory owner, FrameSlab slab, nint memory, int size, int maxEntries) : MemoryManager<byte>
{
    private readonly Entry[] _frames = new Entry[maxEntries];
    private int _filled;
    private int _entries;
    private int _start; // of what was not taken out yet
    private int _firstEntry;

    public FrameSlab Slab { get; } = slab;

    public int Size => size;

    public nint Address => memory;

    /// <summary>The next block of the queue.</summary>
    public FrameBlock? Next { get; set; }

    /// <summary>The longest payload that <see cref="Append"/> takes; negative when it takes none.</summary>
    public int Room => _entries < maxEntries ? size - _filled : -1;

    public bool IsEmpty => _firstEntry == _entries;

    public void Append(ReadOnlySpan<byte> payload, int cost, bool endsFrame)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payload.Length, Room);
        payload.CopyTo(GetSpan()[_filled..]);
        _frames[_entries++] = new(payload.Length, cost, endsFrame);
        _filled += payload.Length;
    }

    /// <summary>What comes next. There must be something.</summary>
    public QueuedFrame Peek()
    {
        ref readonly var entry = ref _frames[_firstEntry];
        return new(CreateMemory(_start, entry.Length), entry.Cost, entry.EndsFrame);
    }

    /// <summary>Takes out what <see cref="Peek"/> showed.</summary>
    public void Advance(in QueuedFrame frame)
    {
        _start += frame.Bytes.Length;
        _firstEntry++;
    }

    /// <summary>Gives it back, whatever it holds.</summary>
    public void Return()
    {
        (_filled, _entries, _start, _firstEntry, Next) = (0, 0, 0, 0, null);
        owner.Return(this);
    }

    public override Span<byte> GetSpan() => new((void*)memory, size);

    public override MemoryHandle Pin(int elementIndex = 0) => new((void*)(memory + elementIndex));

    public override void Unpin()
    {
        // It does not move.
    }

    protected override void Dispose(bool disposing)
    {
        // The slab owns the memory.
    }

    /// <param name="Length">Bytes of payload.</param>
    /// <param name="Cost">What they have yet to pay.</param>
    /// <param name="EndsFrame">Whether no more of the frame follows.</param>
    private readonly record struct Entry(int Length, int Cost, bool EndsFrame);
}
