using System.Buffers;
using System.Runtime.CompilerServices;
using Nexus.Protocol.Channels;

namespace Nexus.Protocol.Multiplexing;

/// <summary>
/// The receiving half of one stream: passes frames straight to the sink while it takes them, and queues the rest up to a
/// bound, so that the session's receiver never waits for one stream. Memory is held for queued frames only.
/// </summary>
/// <remarks>
/// <see cref="Deliver"/>, <see cref="Complete"/> and <see cref="Abort"/> may be called from any thread, frames from one at a time.
/// </remarks>
public sealed class ReceiveLane
{
    private readonly Lock _lock = new();
    private readonly IByteChannel _sink;
    private readonly int _maxFrames;
    private readonly Action<int> _onConsumed;
    private readonly Queue<QueuedFrame> _queue = new();
    private readonly AsyncSignal _work = new(runContinuationsAsynchronously: true);
    private long _queuedBytes;
    private bool _isDraining; // the run loop is writing: order forbids the direct way
    private bool _isCompleted;
    private bool _isEnded;
    private volatile bool _isDrained;

    /// <summary>A lane that writes to <paramref name="sink"/>.</summary>
    /// <param name="sink">Where the bytes go; stays its owner's. Nobody else may write to it.</param>
    /// <param name="maxFrames">Frames that may be queued, at least 1. A hub allows 128 = 2 × 64 (spec/node.md §2.6).</param>
    /// <param name="onConsumed">
    /// Called with the number of frames that the sink has taken wholly since the last call: what credits are granted for.
    /// Called outside locks, from the receiver's or the drain's thread; must not wait.
    /// </param>
    public ReceiveLane(IByteChannel sink, int maxFrames, Action<int> onConsumed)
    {
        ArgumentNullException.ThrowIfNull(sink);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxFrames, 1);
        ArgumentNullException.ThrowIfNull(onConsumed);
        _sink = sink;
        _maxFrames = maxFrames;
        _onConsumed = onConsumed;
    }

    /// <summary>Frames that wait for the sink.</summary>
    public int QueuedFrames
    {
        get { lock (_lock) return _queue.Count; }
    }

    /// <summary>Bytes that wait for the sink, what is being written to it included.</summary>
    public long QueuedBytes
    {
        get { lock (_lock) return _queuedBytes; }
    }

    /// <summary>Whether something waits for the sink or is being written to it.</summary>
    public bool IsBusy
    {
        get { lock (_lock) return _isDraining || _queue.Count > 0; }
    }

    /// <summary>Whether the lane was completed and the sink has taken everything; only the end of its writing direction may be missing.</summary>
    public bool IsDrained => _isDrained;

    /// <summary>Bytes that the sink has taken so far.</summary>
    public long BytesDelivered { get; private set; }

    /// <summary>Takes the payload of one data frame; never waits. An empty one counts as consumed.</summary>
    public DeliverResult Deliver(ReadOnlySpan<byte> payload)
    {
        var broken = false;
        lock (_lock)
        {
            if (_isEnded || _isCompleted) return DeliverResult.Ended;
            if (_isDraining || _queue.Count > 0)
            {
                if (_queue.Count >= _maxFrames) return DeliverResult.Overflow;
                Enqueue(payload);
                return DeliverResult.Accepted;
            }

            var written = 0;
            try
            {
                if (!payload.IsEmpty) written = _sink.TryWrite(payload);
            }
            catch (IOException)
            {
                broken = _isEnded = true;
            }

            BytesDelivered += written;
            if (!broken && written < payload.Length)
            {
                Enqueue(payload[written..]);
                _work.Set();
                return DeliverResult.Accepted;
            }
        }

        if (broken)
        {
            _work.Set();
            return DeliverResult.Ended;
        }

        _onConsumed(1);
        return DeliverResult.Accepted;
    }

    /// <summary>No more frames come: once everything queued is delivered, the sink's writing direction is ended in order. Idempotent.</summary>
    public void Complete()
    {
        lock (_lock) _isCompleted = true;
        _work.Set();
    }

    /// <summary>Drops what is queued and ends the lane. The sink is not touched: its owner aborts it. Idempotent.</summary>
    public void Abort()
    {
        lock (_lock)
        {
            _isEnded = true;
            _isCompleted = true;
        }

        _work.Set();
    }

    /// <summary>Writes what is queued until the lane completes or breaks. Call once; frames may be delivered before.</summary>
    /// <param name="cancellationToken">Ends the lane like <see cref="Abort"/>.</param>
    public async Task<ReceiveLaneEnd> RunAsync(CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister(static state => ((ReceiveLane)state!).Abort(), this);
        var aborted = false;
        try
        {
            while (true)
            {
                await _work.WaitAsync().ConfigureAwait(false);
                while (TryTake(out var frame)) await WriteAsync(frame, cancellationToken).ConfigureAwait(false);
                lock (_lock)
                {
                    aborted = _isEnded && _isCompleted;
                    if (_isEnded) break;
                    if (!_isCompleted || _queue.Count > 0) continue;
                    _isDrained = true;
                }

                await _sink.CompleteWritesAsync(cancellationToken).ConfigureAwait(false);
                return ReceiveLaneEnd.Delivered;
            }

            return aborted ? ReceiveLaneEnd.Aborted : ReceiveLaneEnd.SinkBroken;
        }
        catch (IOException)
        {
            return ReceiveLaneEnd.SinkBroken;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ReceiveLaneEnd.Aborted;
        }
        finally
        {
            Clear();
        }
    }

    private bool TryTake(out QueuedFrame frame)
    {
        lock (_lock)
        {
            frame = default;
            _isDraining = !_isEnded && _queue.TryDequeue(out frame);
            return _isDraining;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask WriteAsync(QueuedFrame frame, CancellationToken cancellationToken)
    {
        try
        {
            await _sink.WriteAsync(frame.Bytes, cancellationToken).ConfigureAwait(false);
            BytesDelivered += frame.Bytes.Length;
        }
        finally
        {
            frame.Return();
            lock (_lock) _queuedBytes -= frame.Length;
        }

        _onConsumed(1);
    }

    private void Clear()
    {
        lock (_lock)
        {
            _isEnded = true;
            _isDraining = false;
            while (_queue.TryDequeue(out var frame)) frame.Return();
            _queuedBytes = 0;
        }
    }

    private void Enqueue(ReadOnlySpan<byte> payload)
    {
        _queue.Enqueue(QueuedFrame.Copy(payload));
        _queuedBytes += payload.Length;
    }

    /// <summary>A copy of a frame's payload, or of what the sink did not take of it, in pooled memory.</summary>
    private readonly record struct QueuedFrame(byte[] Buffer, int Length)
    {
        public ReadOnlyMemory<byte> Bytes => Buffer.AsMemory(0, Length);

        public static QueuedFrame Copy(ReadOnlySpan<byte> payload)
        {
            var buffer = ArrayPool<byte>.Shared.Rent(payload.Length);
            payload.CopyTo(buffer);
            return new(buffer, payload.Length);
        }

        public void Return() => ArrayPool<byte>.Shared.Return(Buffer);
    }
}
