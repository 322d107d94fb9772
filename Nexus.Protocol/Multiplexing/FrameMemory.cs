namespace Nexus.Protocol.Multiplexing;

/// <summary>
/// Where frames wait: blocks of one size, whose memory goes back to the system as soon as they are returned, but for some that are kept
/// for the next frames. Used by every session of the process.
/// </summary>
/// <param name="blockSize">Whole pages.</param>
/// <param name="entriesOfBlock">Frames that a block may hold.</param>
/// <param name="blocksOfSlab">How many are taken from the system at once; untouched ones cost nothing.</param>
/// <param name="keptBlocks">How many are kept.</param>
internal sealed class FrameMemory(int blockSize, int entriesOfBlock, int blocksOfSlab, int keptBlocks)
{
    /// <summary>A payload that fits into a small block, and leaves room for a few more.</summary>
    public const int SmallRoom = SmallBlock / 2;

    private const int SmallBlock = 4 * 1024;
    private const int LargeBlock = 32 * 1024;

    private readonly Lock _lock = new();
    private readonly Stack<FrameBlock> _kept = new(keptBlocks);
    private readonly LinkedList<FrameSlab> _open = []; // those with an untouched block; what was used before comes first
    private int _slabs;
    private int _rented;

    /// <summary>For a first frame that is short: many users may have a few bytes waiting. 1 MiB is kept.</summary>
    public static FrameMemory Small { get; } = new(SmallBlock, entriesOfBlock: 16, blocksOfSlab: 64, keptBlocks: 256);

    /// <summary>For a whole frame, or several that are shorter. 8 MiB are kept.</summary>
    public static FrameMemory Large { get; } = new(LargeBlock, entriesOfBlock: 64, blocksOfSlab: 32, keptBlocks: 256);

    /// <summary>What may be held of the system's memory: blocks that are used or kept.</summary>
    public long Bytes
    {
        get { lock (_lock) return (long)(_rented + _kept.Count) * blockSize; }
    }

    /// <summary>Of it what holds frames.</summary>
    public long RentedBytes
    {
        get { lock (_lock) return (long)_rented * blockSize; }
    }

    /// <summary>What is reserved of the address space.</summary>
    public long ReservedBytes
    {
        get { lock (_lock) return (long)_slabs * blocksOfSlab * blockSize; }
    }

    public FrameBlock Rent()
    {
        lock (_lock)
        {
            _rented++;
            if (_kept.TryPop(out var kept)) return kept;
            var slab = _open.First?.Value ?? Add();
            var block = slab.Rent();
            if (!slab.HasFree) _open.Remove(slab.Node);
            return block;
        }
    }

    /// <summary>Takes a block back. Only <see cref="FrameQueue"/> does that, which loses it by doing so.</summary>
    public void Return(FrameBlock block)
    {
        lock (_lock)
        {
            _rented--;
            if (_kept.Count < keptBlocks)
            {
                _kept.Push(block);
                return;
            }

            var slab = block.Slab;
            if (!slab.HasFree) _open.AddFirst(slab.Node);
            slab.Return(block);
            if (!slab.IsUnused) return;
            _open.Remove(slab.Node);
            _slabs--;
            slab.Free();
        }
    }

    private FrameSlab Add()
    {
        var slab = new FrameSlab(this, blockSize, blocksOfSlab, entriesOfBlock);
        _slabs++;
        _open.AddFirst(slab.Node);
        return slab;
    }
}
