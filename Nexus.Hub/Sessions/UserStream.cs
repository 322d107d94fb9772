using Nexus.Hub.Bandwidth;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Channels;
using Nexus.Protocol.Multiplexing;

namespace Nexus.Hub.Sessions;

/// <summary>
/// One user's connection inside a session, from `connect` to its end (spec/node.md §2). The session's loops call it and
/// must never wait for it; what happens first decides how it ends.
/// </summary>
internal sealed class UserStream
{
    /// <summary>Frames that may wait for the user: twice the window, for what clients send beyond it (spec/node.md §2.6).</summary>
    private const int MaxQueuedFrames = 128;

    /// <summary>A backend that has never granted anything by then knows no credits (spec/node.md §2.7).</summary>
    private static readonly TimeSpan s_legacyAfter = TimeSpan.FromSeconds(10);

    // What is needed for an orderly end, in any order.
    private const int Delivered = 1; // the user has got everything, and the backend's FIN
    private const int Disconnected = 2; // the backend takes nothing more

    private readonly BackendSession _session;
    private readonly IByteChannel _user;
    private readonly SendLane _send;
    private readonly ReceiveLane _receive;
    private readonly ReceiveGrants _grants;
    private readonly StreamCredits _credits;
    private readonly StreamActivity _activity;
    private readonly StreamBandwidth? _bandwidth;
    private readonly TimeProvider _time;
    private readonly TaskCompletionSource<StreamEnd> _decision = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _reportedFromUser;
    private long _reportedToUser;
    private volatile bool _userEnded;
    private volatile bool _backendEnded;
    private volatile bool _backendHalfClosed;
    private volatile bool _targetEnded;
    private volatile bool _isPaused;
    private bool _hasAnswer; // the session's receiver alone knows
    private long? _creditStall;
    private long _deliveredBefore = -1;
    private int _toldUserEnded;
    private int _answer;

    public UserStream(StreamId id, BackendSession session, SessionWriter writer, IByteChannel user, StreamLimits limits, TimeProvider time)
    {
        Id = id;
        _session = session;
        _user = user;
        _credits = new StreamCredits();
        _bandwidth = session.Bandwidth?.OpenStream();
        _send = new SendLane(writer, Id, user, _credits, _bandwidth?.FromUser);
        _receive = new ReceiveLane(user, MaxQueuedFrames, OnConsumed, _bandwidth?.ToUser, session.Memory);
        _grants = new ReceiveGrants(_send, _receive, CreditWindow.Initial, pauseAt: int.MaxValue, resumeAt: MaxQueuedFrames); // the window counts frames; a pause is for memory
        _activity = new StreamActivity(limits, time);
        _time = time;
    }

    public StreamId Id { get; }

    /// <summary>
    /// The backend asked for the connection, and what is called the user here is its target: when that ends, a backend that does not
    /// know `half_close` is told `disconnect` at once. A user's FIN ends nothing, because its answer may still be under way.
    /// </summary>
    public bool IsOutbound { get; init; }

    public long BytesFromUser => _send.BytesSent;

    public long BytesToUser => _receive.BytesDelivered;

    public int QueuedFrames => _receive.QueuedFrames;

    /// <summary>Memory for them.</summary>
    public long HeldBytes => _receive.HeldBytes;

    private bool IsDelivered => (Volatile.Read(ref _answer) & Delivered) != 0;

    /// <summary>Queues `connect`, or a successful `outbound_result`. The stream must be known to the session already: the backend may answer at once.</summary>
    public void Open(in ControlMessage opening) => _send.Open(opening with { Credits = _grants.Open() });

    /// <summary>Carries bytes both ways until the stream has ended, and leaves nothing behind.</summary>
    /// <param name="accepting">Tells the user's side that a backend has it; nothing is delivered before.</param>
    /// <param name="userGone">Fires when the user's side is lost without having been read or written.</param>
    public async Task<StreamEnd> RunAsync(Task accepting, CancellationToken userGone)
    {
        using var stop = new CancellationTokenSource();
        using var gone = userGone.UnsafeRegister(static state => ((UserStream)state!).OnUserLost(), this);
        var sending = SendAsync(stop.Token);
        var delivering = DeliverAsync(accepting, stop.Token);
        var end = await _decision.Task;

        _session.Forget(this);
        if (!end.IsOrderly()) _user.Abort();
        _send.Finish(null); // nothing when the backend ended it
        await stop.CancelAsync();
        await Task.WhenAll(sending, delivering);
        _session.Release(this);
        return end;
    }

    /// <summary>Instead of <see cref="RunAsync"/>: the session ended before the stream began.</summary>
    public void Abandon() => _receive.Abort();

    /// <summary>The first decision counts.</summary>
    public void Decide(StreamEnd end) => _decision.TrySetResult(end);

    public void OnData(ReadOnlySpan<byte> payload)
    {
        _hasAnswer |= !payload.IsEmpty;
        var result = _receive.Deliver(payload);
        if (result == DeliverResult.Overflow) Decide(StreamEnd.CreditOverrun);
        else if (result == DeliverResult.Accepted && !_backendEnded) _grants.Queued();
    }

    public void OnPing() => _send.Pong();

    public void OnPause()
    {
        _isPaused = true;
        _send.PauseSending();
    }

    public void OnResume(long credits, bool canHalfClose)
    {
        _isPaused = false;
        if (canHalfClose)
        {
            _session.CanHalfClose = true;
            TellUserEnded();
        }

        if (credits > 0) _session.HasGranted = true;
        _send.AddCredits(credits);
    }

    /// <summary>
    /// The backend's end: what it sent before is still delivered, then the user gets a FIN. If there never was a service, the
    /// edge gets no FIN but the reason, so that it can tell the user. All other reasons mean the same (spec/node.md §2.4).
    /// </summary>
    public void OnDisconnect(string? reason)
    {
        _backendEnded = true;
        _send.Cancel();
        if (reason == DisconnectReason.DialFailed && !IsOutbound && !_hasAnswer)
        {
            Decide(StreamEnd.DialFailed);
            return;
        }

        _receive.Complete();
        NoteAnswer(Disconnected);
    }

    /// <summary>The local service's FIN: what it sent before is still delivered, then the user gets it, and may go on sending.</summary>
    public void OnHalfClose()
    {
        _hasAnswer = true;
        _backendHalfClosed = true;
        _receive.Complete();
    }

    /// <summary>Once per second.</summary>
    public void OnTick()
    {
        var needsCredit = _send.IsWaitingForCredit;
        var state = new StreamState(
            BytesFromUser + BytesToUser, _receive.IsBusy, needsCredit || _isPaused, _userEnded || IsDelivered, _backendEnded || (_backendHalfClosed && !IsDelivered))
        {
            WaitsForBandwidth = _bandwidth is { IsWaiting: true },
        };
        if (_activity.Observe(state) is { } still) Decide(still.ToEnd());
        if (_userEnded && (_session.CanHalfClose || IsAnswerQuiet())) TellUserEnded();

        if (!needsCredit || _session.HasGranted) _creditStall = null;
        else _creditStall ??= _time.GetTimestamp();
        if (_creditStall is not { } since || _time.GetElapsedTime(since) < s_legacyAfter) return;
        _credits.SetUnlimited();
        _send.ResumeSending(); // a lane that waits for credit is not paused: this only makes it look again
    }

    /// <summary>
    /// Clients that do not say that they know `half_close` get it only once the answer has been quiet for a second: they may be
    /// of the kind that ignores it, and older ones of ours told their local service of a user that has left.
    /// </summary>
    private bool IsAnswerQuiet()
    {
        var before = _deliveredBefore;
        _deliveredBefore = BytesToUser;
        return _deliveredBefore == before && !_receive.IsBusy;
    }

    /// <summary>Passes the user's FIN on: the backend closes what nobody uses any more, and protocols that wait for the end get it.</summary>
    private void TellUserEnded()
    {
        if (_userEnded && !_backendEnded && Interlocked.Exchange(ref _toldUserEnded, 1) == 0) _send.HalfClose();
    }

    /// <summary>After the whole answer the user's leaving is no loss: a user may close both directions at once.</summary>
    private void OnUserLost() => Decide(_receive.IsDrained ? StreamEnd.BackendEnded : StreamEnd.UserReset);

    private void NoteAnswer(int step)
    {
        if ((Interlocked.Or(ref _answer, step) | step) == (Delivered | Disconnected)) Decide(_targetEnded ? StreamEnd.TargetEnded : StreamEnd.BackendEnded);
    }

    /// <summary>Counts the bytes that have moved since the last call.</summary>
    public void Report(SessionsMetrics metrics)
    {
        var (fromUser, toUser) = (BytesFromUser, BytesToUser);
        metrics.Moved(
            fromUser - Interlocked.Exchange(ref _reportedFromUser, fromUser),
            toUser - Interlocked.Exchange(ref _reportedToUser, toUser));
    }

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        var end = await _send.RunAsync(cancellationToken);
        _bandwidth?.FromUser.Cancel();
        switch (end)
        {
            case SendLaneEnd.SourceEnded when IsOutbound && !_session.CanHalfClose:
                EndByTarget();
                break;
            case SendLaneEnd.SourceEnded:
                _userEnded = true; // the answer still flows (spec/node.md §14, 5)
                if (_session.CanHalfClose) TellUserEnded();
                break;
            case SendLaneEnd.SourceReset:
                OnUserLost();
                break;
            case SendLaneEnd.SessionEnded:
                Decide(StreamEnd.SessionLost);
                break;
        }
    }

    private async Task DeliverAsync(Task accepting, CancellationToken cancellationToken)
    {
        await accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!accepting.IsCompletedSuccessfully) Decide(StreamEnd.UserReset);
        var end = await _receive.RunAsync(cancellationToken);
        _bandwidth?.ToUser.Cancel();
        switch (end)
        {
            case ReceiveLaneEnd.Delivered:
                NoteAnswer(Delivered);
                break;
            case ReceiveLaneEnd.SinkBroken:
                OnUserLost();
                break;
        }
    }

    /// <summary>A backend of the old kind hears of it behind the target's last bytes; what it had sent by then is still delivered.</summary>
    private void EndByTarget()
    {
        _targetEnded = true;
        _backendEnded = true; // no grants behind the disconnect
        _session.Forget(this);
        _send.Finish(null);
        _receive.Complete();
        NoteAnswer(Disconnected);
    }

    /// <summary>Frames that the user has got wholly.</summary>
    private void OnConsumed(int frames)
    {
        if (!_backendEnded) _grants.Consumed(frames);
    }
}
