using Nexus.Client.Configuration;
using Nexus.Client.LocalRouting;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Multiplexing;

namespace Nexus.Client.Streams;

/// <summary>One user's connection in a session: dialled locally, relayed under credits, ended by whoever ends first.</summary>
internal sealed class UserStream : IAsyncDisposable
{
    /// <summary>Frames that may wait for the local side beyond the grant: the hub does not count those it sends before the grant arrives.</summary>
    private const int MinQueue = 256;

    private static readonly TimeSpan s_dialLimit = TimeSpan.FromSeconds(10);

    private readonly TimeProvider _time;
    private readonly LocalEnd _local = new();
    private readonly ClientCredits _credits;
    private readonly bool _canHalfClose; // the hub understands it
    private readonly SendLane _send;
    private readonly ReceiveLane _receive;
    private readonly ReceiveGrants _grants;
    private volatile bool _isHeld; // by the hub
    private readonly HoldBack _holdBack;
    private readonly StallProbe _probe;
    private readonly StreamActivity _activity;
    private readonly HealthProbe _health;
    private readonly TaskCompletionSource<StreamEnd> _told = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public UserStream(SessionWriter writer, in ControlMessage connect, NexusConnectRequest request, BackendDefinition backend, ReceiveBudget budget, TimeProvider time)
    {
        _time = time;
        Id = connect.StreamId;
        Request = request;
        _credits = new(connect.Credits);
        _canHalfClose = connect.CanHalfClose;
        _send = new(writer, Id, _local, _credits) { AnnouncesHalfClose = _canHalfClose };
        _receive = new(_local, Math.Max(MinQueue, 4 * backend.FlowControl.MaxBuffer), OnConsumed, memory: budget);
        _grants = new(_send, _receive, backend.FlowControl.MaxBuffer, backend.FlowControl.HighWaterMark, backend.FlowControl.LowWaterMark);
        _holdBack = new(time);
        _probe = new(time);
        _activity = new(time);
        _health = new(backend.HealthChecks, time);
    }

    public StreamId Id { get; }

    public NexusConnectRequest Request { get; }

    /// <summary>Payload bytes from the local service to the user.</summary>
    public long BytesSent => _send.BytesSent;

    /// <summary>Payload bytes from the user to the local service.</summary>
    public long BytesDelivered => _receive.BytesDelivered;

    /// <summary>Whether the local side is not there yet.</summary>
    public bool IsDialing => !_local.IsOpen;

    /// <summary>The stream at this moment.</summary>
    public NexusStreamInfo Describe(Uri address) => new()
    {
        StreamId = Request.StreamId,
        Address = address,
        Port = Request.Port,
        Transport = Request.Transport,
        State = _told.Task.IsCompleted ? NexusStreamState.Ending : IsDialing ? NexusStreamState.Dialing : NexusStreamState.Open,
        Opened = _activity.Opened,
        LastActivity = _activity.LastSign,
        QueuedFrames = _receive.QueuedFrames,
        QueuedBytes = _receive.QueuedBytes,
        IsPaused = _grants.IsPaused,
        IsWaitingForCredit = _send.IsWaitingForCredit,
        BytesSent = BytesSent,
        BytesDelivered = BytesDelivered,
    };

    /// <summary>Makes the hub count, before the dial: it may send at once.</summary>
    public void Open()
    {
        _send.OpenSilently();
        _send.Grant(_grants.Open());
    }

    /// <summary>A data frame of the user.</summary>
    public void OnData(ReadOnlySpan<byte> payload)
    {
        _activity.FromUser();
        switch (_receive.Deliver(payload))
        {
            case DeliverResult.Overflow:
                End(StreamEnd.BufferFull);
                break;
            case DeliverResult.Ended:
                _grants.Consumed(1);
                break;
            case DeliverResult.Accepted:
                _grants.Queued();
                if (_receive.IsOverBudget) GiveUp();
                break;
        }
    }

    /// <summary>The hub holds too much of the stream.</summary>
    public void OnPause()
    {
        _isHeld = true;
        _send.PauseSending();
    }

    /// <summary>A grant of the hub, or none: in any case the end of a pause.</summary>
    public void OnGrant(long credits)
    {
        _isHeld = false;
        if (credits <= 0) _send.ResumeSending();
        if (credits <= 0) return;
        _probe.Granted();
        _holdBack.Granted(credits);
        _send.AddCredits(credits);
    }

    /// <summary>The hub knows the stream.</summary>
    public void OnPong()
    {
        _activity.Sign();
        _health.Answered();
    }

    /// <summary>The user has ended its direction: the local service gets a FIN behind the bytes, and may go on answering.</summary>
    public void OnUserEnded() => _receive.Complete();

    /// <summary>Ends the stream from outside; the first call decides.</summary>
    public void End(StreamEnd end) => _told.TrySetResult(end);

    /// <summary>Called once per second. True when a frame was sent on credit because the hub grants nothing.</summary>
    public bool Tick(bool checksHealth)
    {
        _activity.Observe(_send.BytesSent);
        var verdict = _health.Look(_activity.Quiet, checksHealth);
        if (verdict == HealthVerdict.Ask) _send.Ping();
        if (verdict == HealthVerdict.Lost) End(StreamEnd.Forgotten);
        if (_credits.IsUnlimited || !_probe.IsDue(_send.IsWaitingForCredit)) return false;
        _send.AddCredits(1);
        return true;
    }

    /// <summary>Whether nothing is under way, so that the stream may be ended when the client stops.</summary>
    public bool IsIdle => _activity.IsIdle(_send.BytesSent) && !_receive.IsBusy && !_send.IsWaitingForCredit && !_isHeld;

    /// <summary>The stream's life: dial, relay, tell the hub, close the local side.</summary>
    /// <param name="open">Opens the local side; does not throw for what may happen.</param>
    /// <param name="sessionEnded">Fires with the session's end.</param>
    public async Task<StreamEnd> RunAsync(Func<CancellationToken, Task<OpenedLocal>> open, CancellationToken sessionEnded)
    {
        using var pumps = CancellationTokenSource.CreateLinkedTokenSource(sessionEnded);
        var receiving = _receive.RunAsync(pumps.Token);
        var sending = Task.FromResult(SendLaneEnd.Cancelled);
        var end = StreamEnd.LocalFailed; // stays if something unforeseen is thrown
        try
        {
            if (await DialAsync(open, sessionEnded).ConfigureAwait(false) is { } failure)
            {
                end = failure;
            }
            else
            {
                sending = _send.RunAsync(pumps.Token);
                end = await RelayAsync(sending, receiving, sessionEnded).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (sessionEnded.IsCancellationRequested)
        {
            end = StreamEnd.SessionLost;
        }
        finally
        {
            await CloseAsync(end, pumps, sending, receiving).ConfigureAwait(false);
        }

        return end;
    }

    public ValueTask DisposeAsync() => _local.DisposeAsync();

    private void OnConsumed(int frames) => _grants.Consumed(frames);

    private void GiveUp()
    {
        _receive.Forfeit();
        End(StreamEnd.BufferFull);
    }

    private async Task<StreamEnd?> DialAsync(Func<CancellationToken, Task<OpenedLocal>> open, CancellationToken sessionEnded)
    {
        using var dial = new CancellationTokenSource(s_dialLimit, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(dial.Token, sessionEnded);
        var opening = open(both.Token);
        try
        {
            await Task.WhenAny(opening, _told.Task).WaitAsync(both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (sessionEnded.IsCancellationRequested)
        {
            CloseLater(opening); // the next session does not wait for it
            throw;
        }
        catch (OperationCanceledException)
        {
            // A handler that does not mind its token: the hub hears now, the late channel is closed when it comes.
            _send.Finish(DisconnectReason.DialFailed);
        }

        if (_told.Task.IsCompleted && !opening.IsCompleted)
        {
            // A user that has sent something and left wants it delivered (it may be all there is: a log line); others not.
            var told = await _told.Task.ConfigureAwait(false);
            if (told != StreamEnd.HubEnded || !_receive.IsBusy) await both.CancelAsync().ConfigureAwait(false);
            if (both.IsCancellationRequested)
            {
                await CloseLateAsync(opening).ConfigureAwait(false);
                return told;
            }
        }

        var opened = await opening.ConfigureAwait(false);
        if (opened.Channel is not { } channel) return opened.Failure;
        if (dial.IsCancellationRequested || sessionEnded.IsCancellationRequested)
        {
            await channel.DisposeAsync().ConfigureAwait(false);
            return sessionEnded.IsCancellationRequested ? StreamEnd.SessionLost : StreamEnd.DialFailed;
        }

        _local.Open(channel);
        return null;
    }

    private static void CloseLater(Task<OpenedLocal> opening) =>
        CloseLateAsync(opening).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    private static async Task CloseLateAsync(Task<OpenedLocal> opening)
    {
        if ((await opening.ConfigureAwait(false)).Channel is { } late) await late.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<StreamEnd> RelayAsync(Task<SendLaneEnd> sending, Task<ReceiveLaneEnd> receiving, CancellationToken sessionEnded)
    {
        if (await Task.WhenAny(sending, _told.Task).ConfigureAwait(false) == sending)
        {
            switch (await sending.ConfigureAwait(false))
            {
                case SendLaneEnd.SourceEnded when _canHalfClose && _local.End is null:
                    return await ReceiveRestAsync(receiving, sessionEnded).ConfigureAwait(false);
                case SendLaneEnd.SourceEnded:
                    if (!_credits.IsUnlimited) await _holdBack.WaitAsync(_send.FramesSent, _told.Task, sessionEnded).ConfigureAwait(false);
                    return _local.End ?? StreamEnd.Completed;
                case SendLaneEnd.SourceReset:
                    return _local.End ?? StreamEnd.LocalFailed;
                default:
                    return StreamEnd.SessionLost;
            }
        }

        return await EndAsToldAsync(receiving, sessionEnded).ConfigureAwait(false);
    }

    /// <summary>
    /// The local service has ended its direction. A hub that understands it delivers everything before it passes that on, and the user
    /// may go on sending: until it ends as well, or the local service takes nothing more.
    /// </summary>
    private async Task<StreamEnd> ReceiveRestAsync(Task<ReceiveLaneEnd> receiving, CancellationToken sessionEnded)
    {
        if (!receiving.IsCompleted) _send.HalfClose();
        if (await Task.WhenAny(receiving, _told.Task).ConfigureAwait(false) != receiving)
            return await EndAsToldAsync(receiving, sessionEnded).ConfigureAwait(false);

        return await receiving.ConfigureAwait(false) == ReceiveLaneEnd.Aborted ? StreamEnd.SessionLost : StreamEnd.Completed;
    }

    private async Task<StreamEnd> EndAsToldAsync(Task receiving, CancellationToken sessionEnded)
    {
        var told = await _told.Task.ConfigureAwait(false);
        if (told == StreamEnd.HubEnded) await _receive.FlushAsync(receiving, _time, sessionEnded).ConfigureAwait(false);
        return told;
    }

    private async Task CloseAsync(StreamEnd end, CancellationTokenSource pumps, Task sending, Task receiving)
    {
        if (end.ToDisconnectReason() is { } reason) _send.Finish(reason);
        else _send.Cancel();
        var inOrder = end == StreamEnd.Completed || (end == StreamEnd.HubEnded && receiving.IsCompletedSuccessfully);
        // A local service must see that it did not get everything.
        if (!inOrder) _local.Abort();
        await pumps.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(sending, receiving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await DisposeAsync().ConfigureAwait(false);
    }
}
