using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;

namespace Nexus.ServiceDefaults;

/// <summary>
/// Memory of Kestrel's connections in blocks that take two HTTP/2 frames or TLS records: the platform's blocks of 4 KiB cost a system
/// call each. A connection or call holds blocks only while it has bytes.
/// </summary>
internal sealed class TransportMemory : MemoryPool<byte>, IMemoryPoolFactory<byte>
{
    private const int BlockSize = 32 * 1024;

    // Enough for what is on its way in a busy process; the arrays themselves belong to the shared pool, which shrinks.
    private const int MaxIdleBlocks = 1024;

    private readonly ConcurrentQueue<Block> _idle = new();

    public override int MaxBufferSize => BlockSize;

    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => this;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockSize);
        if (!_idle.TryDequeue(out var block)) block = new Block(this);
        block.Open();
        return block;
    }

    // Servers that stop dispose of it; it is shared, and holds nothing that needs it.
    protected override void Dispose(bool disposing)
    {
    }

    private sealed class Block(TransportMemory pool) : IMemoryOwner<byte>
    {
        private byte[]? _array;

        public Memory<byte> Memory => _array ?? throw new ObjectDisposedException(nameof(Block));

        public void Open() => _array = ArrayPool<byte>.Shared.Rent(BlockSize);

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _array, null) is not { } array) return;

            ArrayPool<byte>.Shared.Return(array);
            if (pool._idle.Count < MaxIdleBlocks) pool._idle.Enqueue(this);
        }
    }
}
