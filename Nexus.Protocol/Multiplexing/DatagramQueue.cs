using System.Buffers;
using System.Runtime.CompilerServices;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Channels;

namespace Nexus.Protocol.Multiplexing;

/// <summary>
/// What waits for a session's writer of any number of UDP streams, in the order in which it came: whole messages, for a lane
/// that <see cref="SendLane.CarriesMessages"/>. A stream costs nothing here while it is silent. Datagrams are dropped when
/// their stream, or all streams together, have as many bytes waiting as they may; a stream's grants and end are never
/// dropped, and are bounded because each stream has at most one of each waiting.
/// </summary>
/// <remarks>Any thread may put in; one reader takes out.</remarks>
public sealed class DatagramQueue : IByteSource
{
    /// <summary>What an entry costs beside its bytes, so that empty datagrams are bounded too.</summary>
    private const int EntryCost = 64;

    private const int MaxIdleEntries = 256;

    /// <summary>The largest opening: a name of 253 characters and a trace.</summary>
    private const int MaxOpeningSize = 2 * 1024;

    private readonly WireFormat _format;
    private readonly Lock _lock = new();
    private readonly Queue<Entry> _entries = new();
    private readonly AsyncSignal _work = new();
    private readonly int _maxBytes;
    private readonly int _maxBytesPerStream;
    private readonly TaskCompletionSource _taken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _queuedBytes;
    private bool _isEnded;

    /// <summary>An empty queue.</summary>
    /// <param name="maxBytes">Bytes of all streams that may wait.</param>
    /// <param name="maxBytesPerStream">The same of one stream; at least one datagram always fits.</param>
    /// <param name="format">The session's, if it is not that between hub and client.</param>
    public DatagramQueue(int maxBytes, int maxBytesPerStream, WireFormat? format = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytesPerStream, 1);
        _maxBytes = maxBytes;
        _maxBytesPerStream = maxBytesPerStream;
        _format = format ?? WireFormat.Backend;
    }

    /// <summary>Messages that wait.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _entries.Count;
        }
    }

    /// <summary>Queues the message that makes a stream known to the other side; false when there is no room, and the stream cannot be: it has ended, and nothing of it is ever sent.</summary>
    public bool TryOpen(DatagramStream stream, in ControlMessage opening)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var buffer = ArrayPool<byte>.Shared.Rent(MaxOpeningSize);
        if (_format.TryWrite(opening, buffer, out var length) && TryAdd(stream, new(stream, EntryKind.Message, buffer, length))) return true;
        ArrayPool<byte>.Shared.Return(buffer);
        Cancel(stream); // else its end, which has no bound of its own, would be told to somebody who never heard of it
        return false;
    }

    /// <summary>Queues one datagram, copied; false when it is dropped: the bounds are reached, it is too large, or the stream has ended.</summary>
    public bool TrySend(DatagramStream stream, ReadOnlySpan<byte> datagram)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (datagram.Length > DataFrame.MaxPayload) return false;
        var length = DataFrame.HeaderSize + datagram.Length;
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        DataFrame.WriteHeader(buffer, stream.StreamId);
        buffer[0] = _format.DataMarker;
        datagram.CopyTo(buffer.AsSpan(DataFrame.HeaderSize));
        if (TryAdd(stream, new(stream, EntryKind.Message, buffer, length))) return true;
        ArrayPool<byte>.Shared.Return(buffer);
        return false;
    }

    /// <summary>Queues the return of receive credits; what waits already is added to.</summary>
    public void Grant(DatagramStream stream, long credits)
    {
        ArgumentNullException.ThrowIfNull(stream);
        lock (_lock)
        {
            if (_isEnded || stream.IsFinished || credits <= 0) return;
            stream.PendingGrant += credits;
            if (stream.PendingGrant > credits) return; // its entry waits already
            _entries.Enqueue(new(stream, EntryKind.Grant, null, 0));
        }

        _work.Set();
    }

    /// <summary>Queues a `disconnect` (a tunnel's close) behind everything of the stream that waits; nothing is taken from it afterwards. Idempotent.</summary>
    public void Finish(DatagramStream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        lock (_lock)
        {
            if (_isEnded || stream.IsFinished) return;
            stream.IsFinished = true;
            _entries.Enqueue(new(stream, EntryKind.Finish, null, 0));
        }

        _work.Set();
    }

    /// <summary>The other side has ended the stream: what waits of it is dropped, nothing more is taken, and nothing is said.</summary>
    public void Cancel(DatagramStream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        lock (_lock) stream.IsFinished = stream.IsCancelled = true;
    }

    /// <summary>Takes nothing more; the reader sees the end behind what waits.</summary>
    /// <returns>Completes when the reader has taken all of it, or <see cref="End"/> has dropped it. (A reader without credits would not see the end.)</returns>
    public Task Complete()
    {
        lock (_lock)
        {
            _isEnded = true;
            if (_entries.Count == 0) _taken.TrySetResult();
        }

        _work.Set();
        return _taken.Task;
    }

    /// <summary>Drops everything, and all that comes later; the reader sees the end.</summary>
    public void End()
    {
        lock (_lock)
        {
            _isEnded = true;
            foreach (var entry in _entries) entry.Return();
            _entries.Clear();
            _queuedBytes = 0;
            _taken.TrySetResult();
        }

        _work.Set();
    }

    /// <inheritdoc/>
    public ValueTask WaitToReadAsync(CancellationToken cancellationToken) => IsReady ? ValueTask.CompletedTask : WaitAsync(cancellationToken);

    /// <summary>One whole message; <paramref name="buffer"/> must have room for any.</summary>
    public ChannelRead TryRead(Span<byte> buffer)
    {
        lock (_lock)
        {
            while (_entries.TryDequeue(out var entry))
            {
                if (_entries.Count == 0 && _entries.Capacity > MaxIdleEntries) _entries.TrimExcess();
                if (_entries.Count == 0 && _isEnded) _taken.TrySetResult();
                var length = Take(entry, buffer);
                if (length > 0) return ChannelRead.Data(length);
            }

            return _isEnded ? ChannelRead.End : ChannelRead.Empty;
        }
    }

    private bool IsReady
    {
        get { lock (_lock) return _isEnded || _entries.Count > 0; }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister(static state => ((AsyncSignal)state!).Set(), _work);
        while (!IsReady)
        {
            await _work.WaitAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private bool TryAdd(DatagramStream stream, in Entry entry)
    {
        var cost = entry.Length + EntryCost;
        lock (_lock)
        {
            if (_isEnded || stream.IsFinished || _queuedBytes + cost > _maxBytes) return false;
            if (stream.QueuedBytes > 0 && stream.QueuedBytes + cost > _maxBytesPerStream) return false;
            stream.QueuedBytes += cost;
            _queuedBytes += cost;
            _entries.Enqueue(entry);
        }

        _work.Set();
        return true;
    }

    /// <summary>Bytes written to <paramref name="buffer"/>; 0 when the entry is of no use any more.</summary>
    private int Take(in Entry entry, Span<byte> buffer)
    {
        if (entry.Buffer is { } bytes)
        {
            var cost = entry.Length + EntryCost;
            entry.Stream.QueuedBytes -= cost;
            _queuedBytes -= cost;
            if (!entry.Stream.IsCancelled) bytes.AsSpan(0, entry.Length).CopyTo(buffer);
            entry.Return();
        }

        if (entry.Stream.IsCancelled) return 0;
        return entry.Kind switch
        {
            EntryKind.Grant => WriteGrant(entry.Stream, buffer),
            EntryKind.Finish => Write(new(ControlEvent.Disconnect, entry.Stream.StreamId), buffer),
            _ => entry.Length,
        };
    }

    private int WriteGrant(DatagramStream stream, Span<byte> buffer)
    {
        var grant = new ControlMessage(ControlEvent.ResumeStream, stream.StreamId) { Credits = stream.PendingGrant };
        stream.PendingGrant = 0;
        return Write(grant, buffer);
    }

    private int Write(in ControlMessage message, Span<byte> buffer) =>
        _format.TryWrite(message, buffer, out var length)
            ? length
            : throw new InvalidOperationException($"A {message.Event} message cannot be written.");

    private enum EntryKind
    {
        Message,
        Grant,
        Finish,
    }

    private readonly record struct Entry(DatagramStream Stream, EntryKind Kind, byte[]? Buffer, int Length)
    {
        public void Return()
        {
            if (Buffer is not null) ArrayPool<byte>.Shared.Return(Buffer);
        }
    }
}
