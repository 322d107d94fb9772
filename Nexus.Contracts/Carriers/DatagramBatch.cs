using System.Buffers;
using System.Collections.Concurrent;

namespace Nexus.Contracts.Carriers;

/// <summary>
/// One message of `Streams.Datagrams`, encoded: the events of any number of flows. Owns a pooled array until
/// <see cref="Release"/>.
/// </summary>
public sealed class DatagramBatch
{
    // Two calls' worth for a hundred neighbours; more are left to the garbage collector.
    private const int MaxPooled = 256;

    private static readonly ConcurrentQueue<DatagramBatch> s_pool = new();

    private byte[] _rented = [];

    internal ReadOnlyMemory<byte> Encoded { get; private set; }

    /// <summary>Gives the batch back to the pool; neither it nor its memory may be used afterwards.</summary>
    internal void Release()
    {
        if (_rented.Length > 0) ArrayPool<byte>.Shared.Return(_rented);
        _rented = [];
        Encoded = default;
        if (s_pool.Count < MaxPooled) s_pool.Enqueue(this);
    }

    /// <summary>Takes over an array of <see cref="ArrayPool{T}.Shared"/>.</summary>
    internal static DatagramBatch Own(byte[] rented, int length)
    {
        var batch = s_pool.TryDequeue(out var pooled) ? pooled : new DatagramBatch();
        batch._rented = rented;
        batch.Encoded = rented.AsMemory(0, length);
        return batch;
    }
}
