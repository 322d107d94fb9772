using System.Text;
using Nexus.Protocol.Channels;
using Nexus.Protocol.WebSockets;

namespace Nexus.Protocol.Multiplexing;

/// <summary>
/// The only receiver of a session: takes messages from the WebSocket, answers pings and closes through the session's writer,
/// and dispatches the rest. During the handshake it hands out single messages (<see cref="ReceiveAsync"/>), then it runs.
/// </summary>
public sealed class SessionReader : IAsyncDisposable
{
    /// <summary>A peer that sends without a pause is served by the thread pool, so that a poller's other sockets are not kept waiting.</summary>
    private const int RoundsOnPoller = 8;

    /// <summary>What an empty message costs to keep.</summary>
    private const int HeldMessageCost = 64;

    private readonly WebSocketMessageReader _messages;
    private readonly SessionWriter _writer;
    private readonly TimeProvider _time;
    private long _lastHeard, _lastReceived, _lastPong;
    private readonly UselessMessages _useless;
    private readonly Queue<WebSocketReceived> _held = new();
    private readonly CancellationTokenSource _stopFilling = new();
    private bool _isUseless;
    private Task<bool>? _filling; // a receive that outlived a hold

    /// <summary>Receives from <paramref name="messages"/>, which stays its owner's.</summary>
    /// <param name="messages">The WebSocket's messages.</param>
    /// <param name="writer">Sends pongs and closes.</param>
    /// <param name="time">The clock of <see cref="Silence"/>.</param>
    public SessionReader(WebSocketMessageReader messages, SessionWriter writer, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(messages);
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(time);
        _messages = messages;
        _writer = writer;
        _time = time;
        _lastHeard = _lastReceived = time.GetTimestamp();
        _useless = new(time);
    }

    /// <summary>Time since the last complete message or pong, or since the beginning.</summary>
    /// <remarks>The peer's pings do not count (spec/node.md §1.2): a peer whose receiver is stuck may still send them.</remarks>
    public TimeSpan Silence => _time.GetElapsedTime(Volatile.Read(ref _lastHeard));

    /// <summary>Time since anything at all came, pings and parts of messages included.</summary>
    /// <remarks>A process that runs says something when it is asked: one that is stopped, or cut off, does not.</remarks>
    public TimeSpan Stillness => _time.GetElapsedTime(Volatile.Read(ref _lastReceived));

    /// <summary>Timestamp of the last pong, 0 before the first.</summary>
    internal long LastPong => Volatile.Read(ref _lastPong);

    /// <summary>Called for each ping of the peer, by the receiving loop. Must not wait.</summary>
    public Action? OnPing { get; init; }

    /// <summary>Bytes of messages received so far, without framing.</summary>
    public long BytesReceived { get; private set; }

    /// <summary>Messages received so far.</summary>
    public long MessagesReceived { get; private set; }

    /// <summary>The peer's close code once it has sent one.</summary>
    public ushort? PeerCloseCode { get; private set; }

    /// <summary>The peer's close reason once it has sent one.</summary>
    public string? PeerCloseReason { get; private set; }

    /// <summary>
    /// The next text or binary message, for the handshake; pings meanwhile are answered. The payload is valid until the next
    /// receive. An end, once returned, is final.
    /// </summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired; the session is unusable.</exception>
    public async ValueTask<(WebSocketReceived Message, SessionReaderEnd? End)> ReceiveAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            WebSocketReceived received;
            try
            {
                if (_held.TryDequeue(out received)) return (received, null);
                received = await ReadAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
            {
                return (default, SessionReaderEnd.TransportFailed);
            }

            Volatile.Write(ref _lastReceived, _time.GetTimestamp());
            if (received.Kind is WebSocketReceivedKind.Text or WebSocketReceivedKind.Binary)
            {
                Heard(received.Payload.Length);
                return (received, null);
            }

            if (Housekeep(received) is { } end) return (default, end);
        }
    }

    /// <summary>
    /// Goes on receiving while something else is waited for during the handshake: pings are answered, messages are kept for the next
    /// receive or for <see cref="RunAsync"/>. Dispose the reader when neither follows.
    /// </summary>
    /// <param name="pending">What is waited for; how it ends is its owner's business.</param>
    /// <param name="maxBytes">Most bytes to keep; a peer that sends more is told 1008.</param>
    /// <returns>Null when <paramref name="pending"/> is done; else why there will be no more messages.</returns>
    public async Task<SessionReaderEnd?> HoldUntilAsync(Task pending, int maxBytes)
    {
        ArgumentNullException.ThrowIfNull(pending);
        while (!pending.IsCompleted)
        {
            while (_filling is null && _messages.TryRead(out var received))
            {
                if (received.Kind is not (WebSocketReceivedKind.Text or WebSocketReceivedKind.Binary))
                {
                    if (Housekeep(received) is { } end) return end;
                    continue;
                }

                Heard(received.Payload.Length);
                maxBytes -= received.Payload.Length + HeldMessageCost;
                if (maxBytes < 0) return Refuse("too much before the session has begun");
                _held.Enqueue(received with { Payload = received.Payload.ToArray() });
            }

            _filling ??= _messages.FillAsync(_stopFilling.Token).AsTask();
            if (await Task.WhenAny(pending, _filling).ConfigureAwait(false) == pending) return null;
            try
            {
                if (!await FillAsync(CancellationToken.None).ConfigureAwait(false)) return SessionReaderEnd.EndOfStream;
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
            {
                return SessionReaderEnd.TransportFailed;
            }
        }

        return null;
    }

    /// <summary>Ends the receive that a hold has left, so that the transport and the buffer are free again. Nothing else needs it.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopFilling.CancelAsync().ConfigureAwait(false);
        if (_filling is { } filling) await ((Task)filling).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _filling = null;
        _stopFilling.Dispose();
    }

    /// <summary>To be called from <see cref="ISessionHandler.OnText"/>: the text was malformed. A peer that sends many of them is not heard any longer.</summary>
    public void ReportUseless() => _isUseless = true;

    /// <summary>Dispatches messages to <paramref name="handler"/> until the session ends.</summary>
    public async Task<SessionReaderEnd> RunAsync(ISessionHandler handler, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(handler);
        Volatile.Write(ref _lastReceived, _time.GetTimestamp()); // what came during a hold was not looked at
        try
        {
            while (_held.TryDequeue(out var held))
            {
                if (Dispatch(held, handler) is { } end) return end;
            }

            for (var rounds = 0; ;)
            {
                if (DispatchAll(handler) is { } end) return end;
                if (rounds >= RoundsOnPoller && PollerThread.IsCurrent) await PollerThread.LeaveAsync();
                var filling = FillAsync(cancellationToken);
                rounds = filling.IsCompleted ? rounds + 1 : 0;
                if (!await filling.ConfigureAwait(false)) return SessionReaderEnd.EndOfStream;
                Volatile.Write(ref _lastReceived, _time.GetTimestamp());
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            return SessionReaderEnd.TransportFailed;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return SessionReaderEnd.Cancelled;
        }
    }

    /// <summary>All that was received; what it makes us say leaves together behind it.</summary>
    private SessionReaderEnd? DispatchAll(ISessionHandler handler)
    {
        _writer.BeginDeferring();
        try
        {
            // A receive that is under way owns the buffer.
            while (_filling is null && _messages.TryRead(out var received))
            {
                if (Dispatch(received, handler) is { } end) return end;
            }

            return null;
        }
        finally
        {
            _writer.EndDeferring();
        }
    }

    private SessionReaderEnd? Dispatch(in WebSocketReceived received, ISessionHandler handler)
    {
        var message = received.Payload.Span;
        switch (received.Kind)
        {
            case WebSocketReceivedKind.Binary:
                Heard(message.Length);
                return _writer.Format.TryDispatch(message, handler) ? null : CountUseless();
            case WebSocketReceivedKind.Text:
                Heard(message.Length);
                handler.OnText(message);
                return _writer.Format.TextIsSeldom || _isUseless ? CountUseless() : null;
            default:
                return Housekeep(received);
        }
    }

    private async ValueTask<WebSocketReceived> ReadAsync(CancellationToken cancellationToken)
    {
        WebSocketReceived received;
        while (_filling is not null || !_messages.TryRead(out received))
        {
            if (!await FillAsync(cancellationToken).ConfigureAwait(false)) return new(WebSocketReceivedKind.EndOfStream);
        }

        return received;
    }

    private ValueTask<bool> FillAsync(CancellationToken cancellationToken) =>
        _filling is null ? _messages.FillAsync(cancellationToken) : FinishFillAsync(_filling, cancellationToken);

    /// <summary>Waits for it to its very end, also when cancelled: until then the buffer is not ours.</summary>
    private async ValueTask<bool> FinishFillAsync(Task<bool> filling, CancellationToken cancellationToken)
    {
        var registration = cancellationToken.UnsafeRegister(static stop => ((CancellationTokenSource)stop!).Cancel(), _stopFilling);
        await using (registration.ConfigureAwait(false))
        {
            try
            {
                return await filling.ConfigureAwait(false);
            }
            finally
            {
                _filling = null;
            }
        }
    }

    private SessionReaderEnd Refuse(string reason, ushort code = WebSocketCloseCode.PolicyViolation)
    {
        _writer.Close(code, reason);
        return SessionReaderEnd.ProtocolError;
    }

    private SessionReaderEnd? CountUseless()
    {
        _isUseless = false;
        return _useless.Add() ? Refuse("too many messages without a meaning") : null;
    }

    private SessionReaderEnd? Housekeep(in WebSocketReceived received)
    {
        switch (received.Kind)
        {
            case WebSocketReceivedKind.Ping:
                _writer.Pong(received.Payload.Span);
                OnPing?.Invoke();
                return null;
            case WebSocketReceivedKind.Pong:
                Heard(0);
                Volatile.Write(ref _lastPong, _lastHeard);
                return null;
            case WebSocketReceivedKind.Close:
                PeerCloseCode = received.CloseCode;
                PeerCloseReason = Encoding.UTF8.GetString(received.Payload.Span);
                _writer.Close(received.CloseCode);
                return SessionReaderEnd.PeerClosed;
            case WebSocketReceivedKind.TooBig:
                _writer.Close(WebSocketCloseCode.MessageTooBig);
                return SessionReaderEnd.MessageTooBig;
            case WebSocketReceivedKind.ProtocolError:
                return Refuse("", WebSocketCloseCode.ProtocolError);
            default:
                return SessionReaderEnd.EndOfStream;
        }
    }

    private void Heard(int bytes)
    {
        BytesReceived += bytes;
        if (bytes > 0) MessagesReceived++;
        Volatile.Write(ref _lastHeard, _time.GetTimestamp());
    }
}
