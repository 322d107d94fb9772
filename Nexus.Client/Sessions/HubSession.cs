using Nexus.Client.Configuration;
using Nexus.Client.LocalRouting;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Multiplexing;
using Nexus.Protocol.WebSockets;

namespace Nexus.Client.Sessions;

/// <summary>
/// One session on an upgraded connection: handshake, then a receiver, a sender, a watch and the re-authentication side by
/// side. Whichever ends first ends the session.
/// </summary>
internal sealed class HubSession : ISessionHandler, IDisposable
{
    /// <summary>A plain-HTTP head of 64 KiB arrives in one frame; hubs of our own send at most 32 KiB.</summary>
    private const int MaxMessageSize = 128 * 1024;

    private const ushort GoingAway = 1001;
    private static readonly TimeSpan s_confirmation = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(1);

    private readonly WebSocketConnection _connection;
    private readonly TokenSource _tokens;
    private readonly SessionTelemetry _telemetry;
    private readonly TimeProvider _time;
    private readonly Action<NexusSessionState> _stateChanged;
    private readonly CancellationTokenSource _ended = new();
    private readonly WebSocketMessageReader _messages;
    private readonly SessionWriter _writer;
    private readonly SessionReader _reader;
    private readonly Reauthenticator _reauthenticator;
    private readonly SessionStreams _streams;
    private readonly SessionOutbound _outbound;
    private long _opened;
    private int _isConfirmed;
    private volatile bool _isLeaving;
    private volatile SessionWatch? _watch; // once the session serves
    private long _countedReceived;
    private long _countedSent;
    private long _countedMessagesReceived;
    private long _countedMessagesSent;

    public HubSession(WebSocketConnection connection, BackendDefinition backend, StreamRouter router, TokenSource tokens, SessionTelemetry telemetry, TimeProvider time, Action<NexusSessionState> stateChanged)
    {
        _connection = connection;
        _tokens = tokens;
        _telemetry = telemetry;
        _time = time;
        _stateChanged = stateChanged;
        _messages = new(connection.Stream, WebSocketRole.Client, MaxMessageSize, connection.Received);
        _writer = new(connection.Stream, new() { Role = WebSocketRole.Client, Holding = connection.Line }, time);
        _reader = new(_messages, _writer, time) { OnPing = OnPing };
        _reauthenticator = new(_writer, tokens, telemetry, time);
        _streams = new(_writer, backend, router, new UnknownStreams(time), telemetry, time, _ended.Token);
        _outbound = new(_writer, _streams, time, _ended.Token);
    }

    /// <summary>Streams open now.</summary>
    public int StreamCount => _streams.Count;

    /// <summary>Connections through the hub.</summary>
    public SessionOutbound Outbound => _outbound;

    /// <summary>How long the hub took to answer the last ping; null before the first answer.</summary>
    public TimeSpan? RoundTrip => _watch?.RoundTrip;

    /// <summary>Control messages that wait to be sent.</summary>
    public int QueuedControlMessages => _writer.QueuedControlMessages;

    /// <summary>The streams open now.</summary>
    public IReadOnlyList<NexusStreamInfo> DescribeStreams() => _streams.Describe();

    /// <summary>The whole life of the session.</summary>
    /// <param name="handshakeToken">The first token.</param>
    /// <param name="stopping">Fires when the client is to leave in order.</param>
    /// <param name="deadline">Fires when running streams must not be waited for any longer.</param>
    /// <exception cref="ConnectFailedException">The handshake failed.</exception>
    /// <exception cref="NexusTokenException">There was no second token.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stopping"/> fired during the handshake.</exception>
    public async Task<SessionOutcome> RunAsync(byte[] handshakeToken, CancellationToken stopping, CancellationToken deadline)
    {
        var writing = _writer.RunAsync(_ended.Token);
        List<Task> running = [writing];
        try
        {
            await new HubHandshake(_reader, _writer, _tokens, _time).RunAsync(handshakeToken, stopping).ConfigureAwait(false);
            _opened = _time.GetTimestamp();
            _telemetry.SessionOpened();
            _stateChanged(NexusSessionState.Authenticating);
            var outcome = await ServeAsync(running, writing, stopping, deadline).ConfigureAwait(false);
            CountBytes();
            _telemetry.SessionEnded(outcome, _time.GetElapsedTime(_opened));
            return outcome;
        }
        catch (ConnectFailedException) when (_reader.PeerCloseCode is not null)
        {
            // The answer to the hub's close frame is queued: let it leave.
            await WithinFarewellAsync(writing).ConfigureAwait(false);
            throw;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The hub may have taken the tokens already: it need not find out by itself that nobody is here.
            _writer.Close(GoingAway);
            await WithinFarewellAsync(writing).ConfigureAwait(false);
            throw;
        }
        finally
        {
            await _ended.CancelAsync().ConfigureAwait(false);
            await _connection.DisposeAsync().ConfigureAwait(false);
            await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _streams.WhenEndedAsync().ConfigureAwait(false);
        }
    }

    /// <summary>A hub pings only whom it has accepted: the original first after 54 s, ours at once.</summary>
    private void OnPing()
    {
        if (_watch is not null) Confirm();
    }

    public void OnData(StreamId streamId, ReadOnlySpan<byte> payload)
    {
        Confirm();
        _streams.OnData(streamId, payload);
    }

    public void OnControl(in ControlMessage message)
    {
        Confirm();
        switch (message.Event)
        {
            case ControlEvent.Connect:
                _streams.OnConnect(message);
                break;
            case ControlEvent.Disconnect:
                _streams.OnDisconnect(message.StreamId);
                break;
            case ControlEvent.HalfClose:
                _streams.OnHalfClose(message.StreamId);
                break;
            case ControlEvent.PongClient:
                _streams.OnPong(message.StreamId);
                break;
            case ControlEvent.PauseStream:
                _streams.OnPause(message.StreamId);
                break;
            case ControlEvent.ResumeStream:
                _streams.OnGrant(message.StreamId, message.Credits);
                break;
            case ControlEvent.OutboundResult:
                _outbound.OnResult(message);
                break;
        }
    }

    public void OnText(ReadOnlySpan<byte> utf8)
    {
        Confirm();
        if (ChallengeMessage.TryRead(utf8, out var challenge) && challenge.Kind == ChallengeKind.Reauthentication) _reauthenticator.Challenge(challenge.Nonce);
        else SessionLog.TextIgnored(_telemetry.Logger, _telemetry.Address, utf8.Length);
    }

    public void Dispose()
    {
        _messages.Dispose();
        _ended.Dispose();
    }

    private async Task<SessionOutcome> ServeAsync(List<Task> running, Task<SessionWriterEnd> writing, CancellationToken stopping, CancellationToken deadline)
    {
        var watch = new SessionWatch(_reader, _writer, _time) { PingInterval = TimeSpan.FromSeconds(5), MaxSilence = TimeSpan.FromSeconds(10), PingsAtOnce = true, OnTick = Tick };
        _watch = watch;
        var reading = _reader.RunAsync(this, _ended.Token);
        var watching = watch.RunAsync(_ended.Token);
        var leaving = LeaveAsync(reading, stopping, deadline);
        running.AddRange([reading, watching, leaving, _reauthenticator.RunAsync(_ended.Token)]);

        Task first = await Task.WhenAny(reading, writing, watching, leaving).ConfigureAwait(false);
        // Unless we leave, the writer says goodbye because the reader told it to, which knows why.
        if (first == writing && !_isLeaving && await writing.ConfigureAwait(false) == SessionWriterEnd.Closed) first = await Task.WhenAny(reading, watching, leaving).ConfigureAwait(false);
        var end = first == leaving ? NexusSessionEnd.Stopped
            : first == watching ? EndOf(await watching.ConfigureAwait(false))
            : first == writing ? EndOf(await writing.ConfigureAwait(false))
            : EndOf(await reading.ConfigureAwait(false));
        if (first == reading && end is NexusSessionEnd.ClosedByHub or NexusSessionEnd.ProtocolViolation)
        {
            // A close frame was queued in answer: let it leave, and let it arrive.
            await WithinFarewellAsync(writing).ConfigureAwait(false);
            if (end == NexusSessionEnd.ProtocolViolation)
            {
                running.Add(DiscardAsync());
                await WithinFarewellAsync(running[^1]).ConfigureAwait(false);
            }
        }

        return new(end, Volatile.Read(ref _isConfirmed) != 0, _reader.PeerCloseCode, _reader.PeerCloseReason);
    }

    /// <summary>Once the client stops: lets streams finish, says goodbye, and waits for the hub to hear it.</summary>
    private async Task LeaveAsync(Task reading, CancellationToken stopping, CancellationToken deadline)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, _ended.Token);
        await Task.Delay(Timeout.InfiniteTimeSpan, _time, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_ended.IsCancellationRequested) return;
        _isLeaving = true;
        _streams.BeginDrain();
        _stateChanged(NexusSessionState.Draining);
        SessionLog.Draining(_telemetry.Logger, _telemetry.Address, _streams.Count);
        _outbound.Stop();
        await _streams.DrainAsync(deadline).ConfigureAwait(false);
        _writer.Close(GoingAway);
        await WithinFarewellAsync(reading).ConfigureAwait(false);
    }

    /// <summary>Reads on without looking: closing a socket with unread bytes in it would take the close frame back.</summary>
    private async Task DiscardAsync()
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await _connection.Stream.ReadAsync(buffer, _ended.Token).ConfigureAwait(false) > 0)
            {
                // Until the hub ends it.
            }
        }
        catch (Exception ex) when (ex is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // It has ended.
        }
    }

    private async Task WithinFarewellAsync(Task task)
    {
        try
        {
            await task.WaitAsync(s_farewell, _time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The hub does not answer; the connection ends without its blessing.
        }
    }

    private void Tick()
    {
        CountBytes();
        _streams.Tick();
        if (_time.GetElapsedTime(_opened) >= s_confirmation) Confirm();
    }

    private void Confirm()
    {
        if (Interlocked.Exchange(ref _isConfirmed, 1) != 0) return;
        if (!_isLeaving) _stateChanged(NexusSessionState.Connected);
        _telemetry.SessionConfirmed();
    }

    private void CountBytes()
    {
        var (received, sent) = (_reader.BytesReceived, _writer.BytesWritten);
        _telemetry.Metrics.Moved(received - _countedReceived, sent - _countedSent);
        (_countedReceived, _countedSent) = (received, sent);
        var (messagesReceived, messagesSent) = (_reader.MessagesReceived, _writer.MessagesWritten);
        _telemetry.Metrics.MovedMessages(messagesReceived - _countedMessagesReceived, messagesSent - _countedMessagesSent);
        (_countedMessagesReceived, _countedMessagesSent) = (messagesReceived, messagesSent);
    }

    private static NexusSessionEnd EndOf(SessionReaderEnd end) => end switch
    {
        SessionReaderEnd.PeerClosed => NexusSessionEnd.ClosedByHub,
        SessionReaderEnd.ProtocolError or SessionReaderEnd.MessageTooBig => NexusSessionEnd.ProtocolViolation,
        _ => NexusSessionEnd.ConnectionLost,
    };

    private static NexusSessionEnd EndOf(SessionWriterEnd end) => end switch
    {
        SessionWriterEnd.Closed => NexusSessionEnd.Stopped,
        SessionWriterEnd.ControlOverflow => NexusSessionEnd.ProtocolViolation,
        _ => NexusSessionEnd.ConnectionLost,
    };

    private static NexusSessionEnd EndOf(SessionWatchEnd end) => end == SessionWatchEnd.WriteStuck ? NexusSessionEnd.WriteTimeout : NexusSessionEnd.HubSilent;
}
