using System.Buffers;
using System.Runtime.CompilerServices;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Channels;
using Nexus.Protocol.WebSockets;

namespace Nexus.Protocol.Multiplexing;

/// <summary>
/// The only sender of a session: gathers control messages and data frames of all ready streams into one buffer and writes
/// it in one call. Control goes first, but takes at most half a batch while data waits, so neither starves the other
/// (spec/node.md §2.5). Streams take turns by deficit round robin. The buffer exists only while there is something to send.
/// </summary>
public sealed class SessionWriter
{
    private readonly Lock _lock = new();
    private readonly Stream _transport;
    private readonly SessionWriterOptions _options;
    private readonly WriteClock _write;
    private readonly ControlLane _control;
    private readonly DataLanes _data;
    private readonly Batch _batch;
    private readonly WriterSignal _work = new();
    private bool _isStopped;
    private volatile bool _overflow;

    /// <summary>Sends over <paramref name="transport"/>, which stays its owner's; nobody else may write to it.</summary>
    /// <param name="transport">The connection after its upgrade.</param>
    /// <param name="options">Sizes and order.</param>
    /// <param name="time">Measures how long a write takes.</param>
    public SessionWriter(Stream transport, SessionWriterOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(transport);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        _transport = transport;
        _options = options;
        _write = new(time);
        var frames = new FrameWriter(options.Role, options.Format);
        _control = new ControlLane(frames, options);
        _data = new DataLanes(frames, options);
        _batch = new Batch(_control, _data, options.BatchSize, _lock);
    }

    /// <summary>How messages look.</summary>
    public WireFormat Format => _options.Format;

    /// <summary>Bytes handed to the transport so far, framing included.</summary>
    public long BytesWritten { get; private set; }

    /// <summary>Data and control messages handed to the transport so far.</summary>
    public long MessagesWritten => _control.Written;

    /// <summary>Control messages that wait to be sent; those of one stream count as one.</summary>
    public int QueuedControlMessages => _control.Queued;

    /// <summary>How long the write under way has been going on; zero when none is. The owner ends the session when it takes too long.</summary>
    public TimeSpan WriteDuration => _write.Elapsed;

    /// <summary>Sends until the close frame has left, the transport fails or the owner cancels; then every lane's turn ends.</summary>
    public async Task<SessionWriterEnd> RunAsync(CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister(static state => ((WriterSignal)state!).Set(), _work);
        byte[]? buffer = null;
        try
        {
            while (true)
            {
                await _work.WaitAsync().ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
                buffer = ArrayPool<byte>.Shared.Rent(_options.BatchSize + FrameWriter.MaxControlSize);
                if (await SendAllAsync(buffer, cancellationToken).ConfigureAwait(false)) return SessionWriterEnd.Closed;
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = null;
                if (_overflow) return SessionWriterEnd.ControlOverflow;
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            return SessionWriterEnd.TransportFailed;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return SessionWriterEnd.Cancelled;
        }
        finally
        {
            if (buffer is not null) ArrayPool<byte>.Shared.Return(buffer);
            Stop();
        }
    }

    /// <summary>Sends as long as there is something; true behind the close frame.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> SendAllAsync(byte[] buffer, CancellationToken cancellationToken)
    {
        int count;
        for (var batches = 0; !_overflow && (count = _batch.Fill(buffer, out var isLast)) > 0; batches++)
        {
            _options.Holding?.Hold();
            var writing = _transport.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            if (!writing.IsCompleted) _write.Begin(); // what did not have to wait took no time
            await writing.ConfigureAwait(false);
            var flushing = _transport.FlushAsync(cancellationToken);
            if (!flushing.IsCompleted) _write.Begin();
            await flushing.ConfigureAwait(false);
            _write.End();
            BytesWritten += count;
            if (isLast) return true;
            cancellationToken.ThrowIfCancellationRequested();
            // Whoever woke us waits for our return, and so do a poller's other sockets: one batch is theirs.
            if ((batches == 0 || PollerThread.IsCurrent) && HasWork()) await PollerThread.LeaveAsync();
        }

        return false;
    }

    /// <summary>Queues a control message that belongs to no lane. Messages of one session leave in the order of these calls.</summary>
    public void Post(in ControlMessage message)
    {
        lock (_lock) _overflow |= !_isStopped && !_control.TryPost(message);
        _work.Set();
    }

    /// <summary>Queues a short text message (tokens and challenges), at most 33 KiB.</summary>
    public void PostText(ReadOnlyMemory<byte> utf8)
    {
        lock (_lock) _overflow |= !_isStopped && !_control.TryPostText(utf8);
        _work.Set();
    }

    /// <summary>
    /// Queues a text message of any length. It leaves in pieces of 32 KiB; no other message can leave in between, only pings, pongs and closes
    /// (RFC 6455 §5.4), so data waits as long as the line needs for it.
    /// </summary>
    public void PostText(ITextSource text)
    {
        ArgumentNullException.ThrowIfNull(text);
        lock (_lock) _overflow |= !_isStopped && !_control.TryPostText(text);
        _work.Set();
    }

    /// <summary>Queues a WebSocket ping without payload; several before it leaves are one.</summary>
    public void Ping()
    {
        lock (_lock) _control.PostPing();
        _work.Set();
    }

    /// <summary>Queues a WebSocket pong; only the newest ping is answered when several wait (RFC 6455 §5.5.3).</summary>
    /// <param name="payload">The ping's payload, at most 125 bytes; copied.</param>
    public void Pong(ReadOnlySpan<byte> payload)
    {
        lock (_lock) _control.PostPong(payload);
        _work.Set();
    }

    /// <summary>Ends the session with a close frame behind the control messages queued so far; the first call decides.</summary>
    /// <param name="code">A close code, or <see cref="WebSocketCloseCode.NoStatus"/> for an empty close frame.</param>
    /// <param name="reason">UTF-8 text, cut to 123 bytes at a character.</param>
    public void Close(ushort code, string reason = "")
    {
        lock (_lock) _control.PostClose(code, reason);
        _work.Set();
    }

    internal void Open(SendLane lane, ControlMessage? opening)
    {
        lock (_lock)
        {
            if (opening is { } message)
            {
                lane.Opening = new(message);
                _control.Due(lane, SendLaneControl.Open);
            }
            else
            {
                lane.Control |= SendLaneControl.Opened;
                _data.Update(lane);
            }
        }

        _work.Set();
    }

    internal void Grant(SendLane lane, long frames)
    {
        lock (_lock)
        {
            lane.PendingGrant = Math.Min(lane.PendingGrant + frames, 2 * _options.Format.MaxGrant);
            _control.Due(lane, SendLaneControl.Grant);
        }

        _work.Set();
    }

    internal void Flag(SendLane lane, SendLaneControl due, SendLaneControl revoked = SendLaneControl.None)
    {
        lock (_lock)
        {
            if ((lane.Control & revoked) != 0) lane.Control &= ~revoked;
            else _control.Due(lane, due);
        }

        _work.Set();
    }

    internal void SetPaused(SendLane lane, bool paused)
    {
        lock (_lock)
        {
            lane.IsPaused = paused;
            _data.Update(lane);
        }

        _work.Set();
    }

    internal void AddCredits(SendLane lane, long credits)
    {
        lock (_lock)
        {
            lane.Credits.Grant(credits);
            if (_options.Format.GrantEndsPause) lane.IsPaused = false;
            _data.Update(lane);
        }

        _work.Set();
    }

    /// <summary>Something that the lane waited for has come.</summary>
    internal void Reconsider(SendLane lane)
    {
        lock (_lock) _data.Update(lane);
        _work.Set();
    }

    internal void Finish(SendLane lane, string? reason)
    {
        bool endTurn;
        lock (_lock)
        {
            if ((lane.Control & (SendLaneControl.Finish | SendLaneControl.Finished)) != 0) return;
            lane.FinishReason = reason;
            _control.Due(lane, SendLaneControl.Finish);
            endTurn = _data.Close(lane);
        }

        if (endTurn) lane.EndTurn(SendLaneTurn.Cancelled);
        _work.Set();
    }

    internal void Cancel(SendLane lane)
    {
        bool endTurn;
        lock (_lock)
        {
            // A finish that is due still leaves; otherwise the lane has nothing more to say.
            if ((lane.Control & SendLaneControl.Finish) == 0) lane.Control |= SendLaneControl.Finished;
            endTurn = _data.Close(lane);
        }

        if (endTurn) lane.EndTurn(SendLaneTurn.Cancelled);
    }

    internal ValueTask<SendLaneTurn> TakeTurnAsync(SendLane lane)
    {
        ValueTask<SendLaneTurn> turn;
        lock (_lock)
        {
            if (_isStopped) return new(SendLaneTurn.SessionEnded);
            if (lane.State == SendLaneState.Closed) return new(SendLaneTurn.Cancelled);
            turn = lane.BeginTurn();
            lane.HasTurn = true;
            _data.Update(lane);
        }

        _work.Set(inline: true);
        return turn;
    }

    /// <inheritdoc cref="WriterSignal.BeginDeferring"/>
    internal void BeginDeferring() => _work.BeginDeferring();

    /// <inheritdoc cref="WriterSignal.EndDeferring"/>
    internal void EndDeferring() => _work.EndDeferring();

    private bool HasWork()
    {
        lock (_lock) return _data.HasReady || _control.Queued > 0;
    }

    private void Stop()
    {
        SendLane[] waiting;
        lock (_lock) (_isStopped, waiting) = (true, _data.CloseAll()); // no lane takes a turn from here on
        foreach (var lane in waiting) lane.EndTurn(SendLaneTurn.SessionEnded);
    }
}
