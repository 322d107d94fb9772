using System.Buffers;
using System.Collections.Concurrent;
using Wire = Nexus.Contracts.Streams.V1;

namespace Nexus.Contracts.Carriers;

/// <summary>
/// One message of `Streams.Relay`. Received frames come from a pool and own a pooled array until <see cref="Release"/>;
/// a sent frame borrows its sender's memory while it is written.
/// </summary>
public sealed class RelayFrame
{
    // Enough for every stream of a busy process between two reads; more are left to the garbage collector.
    private const int MaxPooled = 4096;

    private static readonly ConcurrentQueue<RelayFrame> s_pool = new();

    private byte[] _rented = [];

    /// <summary>The bytes; empty for an open request.</summary>
    public ReadOnlyMemory<byte> Data { get; private set; }

    internal Wire.OpenStream? Open { get; private set; }

    /// <summary>Gives the frame back to the pool; neither it nor its memory may be used afterwards.</summary>
    public void Release()
    {
        Clear();
        if (s_pool.Count < MaxPooled) s_pool.Enqueue(this);
    }

    internal static RelayFrame Rent() => s_pool.TryDequeue(out var frame) ? frame : new RelayFrame();

    internal void Borrow(ReadOnlyMemory<byte> data) => Data = data;

    internal void SetData(in ReadOnlySequence<byte> data)
    {
        Clear();
        var length = (int)data.Length;
        _rented = ArrayPool<byte>.Shared.Rent(length);
        data.CopyTo(_rented);
        Data = _rented.AsMemory(0, length);
    }

    internal void SetOpen(Wire.OpenStream? open)
    {
        Clear();
        Open = open;
    }

    private void Clear()
    {
        var rented = _rented;
        _rented = [];
        Data = default;
        Open = null;
        if (rented.Length > 0) ArrayPool<byte>.Shared.Return(rented);
    }
}
