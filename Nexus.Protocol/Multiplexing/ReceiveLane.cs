using System.Buffers;
using System.Runtime.CompilerServices;
using Nexus.Protocol.Backend;
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
    private readonly IByteBudget? _budget;
    private readonly Action _resume;
    private int _paid; // what the run loop has taken from the budget and not spent yet
    private int _queuedCost;
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
    /// <param name="budget">What every frame is paid from before it is written; null for no limit.</param>
    public ReceiveLane(IByteChannel sink, int maxFrames, Action<int> onConsumed, IByteBudget? budget = null)
    {
        ArgumentNullException.ThrowIfNull(sink);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxFrames, 1);
        ArgumentNullException.ThrowIfNull(onConsumed);
        _sink = sink;
        _maxFrames = maxFrames;
        _onConsumed = onConsumed;
        _budget = budget;
        _resume = _work.Set;
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
        lock (_lock)
        {
            if (_isEnded || _isCompleted) return DeliverResult.Ended;
            var cost = CostOf(payload);
            if (_isDraining || _queue.Count > 0)
            {
                if (_queue.Count >= _maxFrames) return DeliverResult.Overflow;
                Enqueue(payload, cost);
                return DeliverResult.Accepted;
            }

            var written = 0;
            if (_budget?.TryTake(cost, cost, _resume) != 0)
            {
                cost = 0; // paid
                written = WriteDirectly(payload);
            }

            if (_isEnded || cost > 0 || written < payload.Length)
            {
                if (!_isEnded) Enqueue(payload[written..], cost);
                _work.Set();
                return _isEnded ? DeliverResult.Ended : DeliverResult.Accepted;
            }
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
                ReturnPaid();
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

    private int WriteDirectly(ReadOnlySpan<byte> payload)
    {
        try
        {
            var written = payload.IsEmpty ? 0 : _sink.TryWrite(payload);
            BytesDelivered += written;
            return written;
        }
        catch (IOException)
        {
            _isEnded = true;
            return 0;
        }
    }

    private bool TryTake(out QueuedFrame frame)
    {
        lock (_lock)
        {
            frame = default;
            _isDraining = !_isEnded && _queue.TryDequeue(out frame);
            _queuedCost -= frame.Cost;
            return _isDraining;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask WriteAsync(QueuedFrame frame, CancellationToken cancellationToken)
    {
        try
        {
            while (!TryPay(frame.Cost)) await _work.WaitAsync().ConfigureAwait(false); // its other causes are looked at after this frame
            cancellationToken.ThrowIfCancellationRequested();
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

    private int CostOf(ReadOnlySpan<byte> payload) => _budget is null ? 0 : DataFrame.HeaderSize + payload.Length;

    private void Enqueue(ReadOnlySpan<byte> payload, int cost)
    {
        _queue.Enqueue(QueuedFrame.Copy(payload, cost));
        _queuedCost += cost;
        _queuedBytes += payload.Length;
    }

    /// <summary>Whether a frame is paid for, or need not be any more.</summary>
    private bool TryPay(int cost)
    {
        if (_budget is null || cost == 0) return true;
        if (_paid < cost)
        {
            int queued;
            lock (_lock)
            {
                if (_isEnded) return true;
                queued = _queuedCost;
            }

            _paid += _budget.TryTake(cost - _paid, cost - _paid + queued, _resume);
        }

        if (_paid < cost) return false;
        _paid -= cost;
        return true;
    }

    private void ReturnPaid()
    {
        if (_paid > 0) _budget?.Return(_paid);
        _paid = 0;
    }

    private void Clear()
    {
        ReturnPaid();
        lock (_lock)
        {
            _isEnded = true;
            _isDraining = false;
            _queuedCost = 0;
            while (_queue.TryDequeue(out var frame)) frame.Return();
            _queuedBytes = 0;
        }
    }

    /// <summary>A copy of a frame's payload, or of what the sink did not take of it, in pooled memory.</summary>
    private readonly record struct QueuedFrame(byte[] Buffer, int Length, int Cost)
    {
        public ReadOnlyMemory<byte> Bytes => Buffer.AsMemory(0, Length);

        public static QueuedFrame Copy(ReadOnlySpan<byte> payload, int cost)
        {
            var buffer = ArrayPool<byte>.Shared.Rent(payload.Length);
            payload.CopyTo(buffer);
            return new(buffer, payload.Length, cost);
        }

        public void Return() => ArrayPool<byte>.Shared.Return(Buffer);
    }
}
