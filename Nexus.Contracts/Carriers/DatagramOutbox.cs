using System.Buffers;
using System.Threading.Channels;

namespace Nexus.Contracts.Carriers;

/// <summary>
/// What one side of `Streams.Datagrams` has to send: while one batch is written, the next is filled. Nobody waits: what has no
/// room is dropped, and the caller is told, who counts it. Ends are never dropped; there is at most one of each flow.
/// </summary>
/// <remarks>Holds no buffer while there is nothing to send, and allocates nothing per datagram.</remarks>
public sealed class DatagramOutbox(DatagramOutboxOptions options)
{
    private const int FirstSize = 16 * 1024;

    private readonly Lock _lock = new();
    private readonly Queue<(ulong Flow, FlowEnd End)> _ends = new();
    private readonly Channel<bool> _work = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { SingleReader = true });
    private byte[] _buffer = [];
    private int _count;
    private int _batch = 1; // of the shares: what was counted for an earlier batch counts no more
    private bool _isSignalled;
    private bool _isEnded;

    /// <summary>Announces a flow; false when there is no room, and the flow cannot be opened.</summary>
    /// <param name="flow">Its number in this call.</param>
    /// <param name="open">What the hub must know; the transport is UDP.</param>
    public bool TryOpen(ulong flow, OpenStream open)
    {
        ArgumentNullException.ThrowIfNull(open);
        var wire = open.ToWire();
        var size = DatagramBatchFormat.SizeOfOpen(flow, wire);
        lock (_lock)
        {
            if (!TryReserve(size)) return false;
            DatagramBatchFormat.WriteOpen(_buffer.AsSpan(_count, size), flow, wire);
            Written(size);
        }

        return true;
    }

    /// <summary>Sends a datagram, which is copied; false when it is dropped.</summary>
    /// <param name="flow">Its number in this call.</param>
    /// <param name="share">The flow's.</param>
    /// <param name="datagram">0 to 32 768 bytes; larger ones are dropped.</param>
    public bool TrySend(ulong flow, ref FlowShare share, ReadOnlySpan<byte> datagram)
    {
        if (datagram.Length > DatagramBatchFormat.MaxDatagram) return false;
        var size = DatagramBatchFormat.SizeOfDatagram(flow, datagram.Length);
        lock (_lock)
        {
            if (share.Batch != _batch) (share.Batch, share.Bytes) = (_batch, 0);
            if (share.Bytes > 0 && share.Bytes + size > options.MaxBytesPerFlow) return false;
            if (!TryReserve(size)) return false;
            share.Bytes += size;
            DatagramBatchFormat.WriteDatagram(_buffer.AsSpan(_count, size), flow, datagram);
            Written(size);
        }

        return true;
    }

    /// <summary>Tells the other side that a flow has ended, behind what was sent of it. Once per flow, and nothing of it afterwards.</summary>
    public void End(ulong flow, FlowEnd end)
    {
        lock (_lock)
        {
            if (_isEnded) return;
            _ends.Enqueue((flow, end));
            Signal();
        }
    }

    /// <summary>The call is over: everything is dropped.</summary>
    internal void Close()
    {
        lock (_lock)
        {
            _isEnded = true;
            _ends.Clear();
            if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
            (_buffer, _count) = ([], 0);
        }
    }

    /// <summary>Waits until there is something, and takes it.</summary>
    /// <returns>Null when nothing came of it: look again.</returns>
    internal async ValueTask<DatagramBatch?> TakeAsync(CancellationToken cancellationToken)
    {
        await _work.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        lock (_lock)
        {
            _isSignalled = false;
            WriteEnds();
            if (_count == 0) return null;
            var batch = DatagramBatch.Own(_buffer, _count);
            (_buffer, _count) = ([], 0);
            _batch = _batch == int.MaxValue ? 1 : _batch + 1;
            if (_ends.Count > 0) Signal();
            return batch;
        }
    }

    /// <summary>As many as fit; the rest goes with the next batch.</summary>
    private void WriteEnds()
    {
        while (_ends.TryPeek(out var ended))
        {
            var size = DatagramBatchFormat.SizeOfEnd(ended.Flow);
            if (_count + size > DatagramBatchFormat.MaxSize || _isEnded) return;
            _ends.Dequeue();
            Grow(_count + size);
            DatagramBatchFormat.WriteEnd(_buffer.AsSpan(_count, size), ended.Flow, ended.End);
            _count += size;
        }
    }

    private bool TryReserve(int size)
    {
        if (_isEnded || (_count > 0 && _count + size > options.MaxBytes)) return false;
        Grow(_count + size);
        return true;
    }

    private void Grow(int size)
    {
        if (size <= _buffer.Length) return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(FirstSize, Math.Max(size, 2 * _buffer.Length)));
        _buffer.AsSpan(0, _count).CopyTo(larger);
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    private void Written(int size)
    {
        _count += size;
        Signal();
    }

    private void Signal()
    {
        if (_isSignalled) return;
        _isSignalled = true;
        _work.Writer.TryWrite(true);
    }
}
