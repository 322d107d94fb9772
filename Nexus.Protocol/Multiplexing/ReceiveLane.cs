using System.Runtime.CompilerServices;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Channels;

namespace Nexus.Protocol.Multiplexing;

/// <summary>
/// The receiving half of one stream: passes frames straight to the sink while it takes them, and queues the rest up to a
/// bound, so that the session's receiver never waits for one stream. Memory is held for queued frames only.
/// </summary>
/// <remarks>All may be called from any thread, <see cref="Deliver"/> from one at a time.</remarks>
public sealed class ReceiveLane : IReceiveLevel
{
    private readonly Lock _lock = new();
    private readonly IByteChannel _sink;
    private readonly int _maxFrames;
    private readonly Action<int> _onConsumed;
    private readonly AsyncSignal _work = new();
    private readonly IByteBudget? _budget;
    private ReceiveBudget? _memory; // until the stream counts no more
    private readonly Action? _resume;
    private FrameQueue _queue; // what is being written stays in it
    private int _heldBytes; // of it, as the budget knows; read without the lock
    private bool _isWriting; // the first of it
    private int _paid; // what the run loop has taken from the budget and not spent yet
    private int _queuedCost;
    private bool _isDraining; // the run loop is writing: order forbids the direct way
    private bool _isRunning;
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
    /// <param name="memory">What the memory for queued frames is counted in; null for no count.</param>
    public ReceiveLane(IByteChannel sink, int maxFrames, Action<int> onConsumed, IByteBudget? budget = null, ReceiveBudget? memory = null)
    {
        ArgumentNullException.ThrowIfNull(sink);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxFrames, 1);
        ArgumentNullException.ThrowIfNull(onConsumed);
        _sink = sink;
        _maxFrames = maxFrames;
        _onConsumed = onConsumed;
        _budget = budget;
        _memory = memory;
        if (budget is not null) _resume = _work.Set;
    }

    /// <summary>Frames that wait for the sink.</summary>
    public int QueuedFrames
    {
        get { lock (_lock) return CountWaiting(); }
    }

    /// <summary>Bytes that wait for the sink, what is being written to it included.</summary>
    public long QueuedBytes
    {
        get { lock (_lock) return _queue.Bytes; }
    }

    /// <summary>Memory that is held for them.</summary>
    public long HeldBytes => Volatile.Read(ref _heldBytes);

    /// <summary>Whether something waits for the sink or is being written to it.</summary>
    public bool IsBusy
    {
        get { lock (_lock) return _isDraining || !_queue.IsEmpty; }
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
            var cost = _budget is null ? 0 : DataFrame.HeaderSize + payload.Length;
            if (_isDraining || !_queue.IsEmpty)
            {
                if (CountWaiting() >= _maxFrames) return DeliverResult.Overflow;
                Enqueue(payload, cost);
                return DeliverResult.Accepted;
            }

            var written = 0;
            if (_budget is null || _resume is null || _budget.TryTake(cost, cost, _resume) != 0)
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
            _isEnded = _isCompleted = true;
            if (!_isRunning) Clear();
        }

        _work.Set();
    }

    /// <summary>The stream is about to end: what it still holds counts no more, so that nobody else ends for the same bytes.</summary>
    public void Forfeit()
    {
        lock (_lock)
        {
            _memory?.Move(_heldBytes, 0);
            _memory = null;
        }
    }

    /// <inheritdoc />
    public bool HoldsTooMuch(int times) => _memory is { } memory && memory.IsTooMuch(HeldBytes * times);

    /// <inheritdoc />
    public bool IsTight => _memory is { IsTight: true };

    /// <summary>Whether the stream must end for its memory.</summary>
    public bool IsOverBudget => _memory is { } memory && memory.IsSpent(HeldBytes);

    /// <summary>Writes what is queued until the lane completes or breaks. Call once; frames may be delivered before.</summary>
    /// <param name="cancellationToken">Ends the lane like <see cref="Abort"/>.</param>
    public async Task<ReceiveLaneEnd> RunAsync(CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister(static state => ((ReceiveLane)state!).Abort(), this);
        var aborted = false;
        lock (_lock) _isRunning = true;
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
                    if (!_isCompleted || !_queue.IsEmpty) continue;
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
            _isDraining = _isWriting = !_isEnded && _queue.TryPeek(out frame);
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
            lock (_lock)
            {
                _isWriting = false;
                _queue.Advance(frame);
                CountMemory();
            }
        }

        if (frame.IsEnd) _onConsumed(1);
    }

    private int CountWaiting() => _queue.Count - (_isWriting ? 1 : 0);

    private void CountMemory()
    {
        _memory?.Move(_heldBytes, _queue.HeldBytes);
        Volatile.Write(ref _heldBytes, _queue.HeldBytes);
    }

    private void Enqueue(ReadOnlySpan<byte> payload, int cost)
    {
        _queue.Append(payload, cost);
        _queuedCost += cost;
        CountMemory();
    }

    /// <summary>Whether a frame is paid for, or need not be any more.</summary>
    private bool TryPay(int cost)
    {
        if (_budget is null || _resume is null || cost == 0) return true;
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
            _queue.Clear();
            CountMemory();
        }
    }
}
