using Nexus.Client.LocalRouting;
using Nexus.Client.Sessions;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Multiplexing;

namespace Nexus.Client.Streams;

/// <summary>
/// One UDP user in a session (spec/client.md §9): each datagram is one message, both ways. What cannot be passed on at once is
/// dropped, but for a few that wait for the dial, or for credit.
/// </summary>
internal sealed class UserFlow
{
    /// <summary>Datagrams that wait for the dial.</summary>
    private const int MaxPending = 64;

    /// <summary>Bytes of replies that wait for the session or for credit.</summary>
    private const int MaxQueuedBytes = 256 * 1024;

    private static readonly TimeSpan s_dialLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_flushLimit = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _time;
    private readonly ClientMetrics _metrics;
    private readonly DatagramQueue _queue = new(MaxQueuedBytes, MaxQueuedBytes);
    private readonly DatagramStream _stream;
    private readonly ClientCredits _credits;
    private readonly SendLane _send;
    private readonly StallProbe _probe;
    private readonly int _window;
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource<StreamEnd> _told = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Queue<byte[]>? _pending = new();
    private ILocalDatagrams? _local;
    private ReplenishCounter _consumed;

    public UserFlow(SessionWriter writer, in ControlMessage connect, NexusConnectRequest request, int window, ClientMetrics metrics, TimeProvider time)
    {
        _time = time;
        _metrics = metrics;
        _window = window;
        Request = request;
        _stream = new(connect.StreamId);
        _credits = new(connect.Credits);
        _send = new(writer, connect.StreamId, _queue, _credits) { CarriesMessages = true };
        _probe = new(time);
    }

    public StreamId Id => _stream.StreamId;

    public NexusConnectRequest Request { get; }

    /// <summary>Payload bytes to the user.</summary>
    public long BytesSent => _send.BytesSent;

    /// <summary>Payload bytes from the user that the local side took.</summary>
    public long BytesDelivered { get; private set; }

    /// <summary>Makes the hub count, before the dial: it may send at once.</summary>
    public void Open()
    {
        _send.OpenSilently();
        _send.Grant(_window);
    }

    /// <summary>A datagram of the user, from the session's receiver. Whatever becomes of it, it is consumed.</summary>
    public void OnData(ReadOnlySpan<byte> datagram)
    {
        bool isTaken;
        lock (_lock)
        {
            isTaken = _local is { } local ? local.TrySend(datagram) : TryKeep(datagram);
            if (isTaken) BytesDelivered += datagram.Length;
        }

        if (!isTaken) _metrics.DatagramDropped(fromUser: true);
        _consumed.Consume();
        if (_consumed.TryTake(out var credits)) _send.Grant(credits);
    }

    public void OnGrant(long credits)
    {
        if (credits <= 0) return;
        _probe.Granted();
        _send.AddCredits(credits);
    }

    /// <summary>A datagram of the local side; dropped when it is too large or too many wait.</summary>
    public void Send(ReadOnlySpan<byte> datagram)
    {
        if (!_queue.TrySend(_stream, datagram)) _metrics.DatagramDropped(fromUser: false);
    }

    /// <summary>Ends the flow from outside; the first call decides.</summary>
    public void End(StreamEnd end) => _told.TrySetResult(end);

    /// <summary>Called once per second. True when a datagram was sent on credit because the hub grants nothing.</summary>
    public bool Tick()
    {
        if (_credits.IsUnlimited || !_probe.IsDue(_send.IsWaitingForCredit)) return false;
        _send.AddCredits(1);
        return true;
    }

    /// <summary>The flow's life: dial, relay, tell the hub.</summary>
    public async Task<StreamEnd> RunAsync(StreamRouter router, CancellationToken sessionEnded)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(sessionEnded);
        var sending = _send.RunAsync(stop.Token);
        var end = StreamEnd.LocalFailed; // stays if something unforeseen is thrown
        try
        {
            var opened = await DialAsync(router, stop.Token).ConfigureAwait(false);
            end = opened.Local is { } local ? await RelayAsync(local, sending, stop.Token).ConfigureAwait(false) : opened.Failure;
            if (sessionEnded.IsCancellationRequested) end = StreamEnd.SessionLost;
        }
        finally
        {
            if (end.ToDisconnectReason() is { } reason) _send.Finish(reason);
            else _send.Cancel();
            await stop.CancelAsync().ConfigureAwait(false);
            _queue.End();
            await sending.ConfigureAwait(false);
        }

        return end;
    }

    private async Task<OpenedDatagrams> DialAsync(StreamRouter router, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(s_dialLimit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var opening = router.OpenDatagramsAsync(Request, either.Token);
        Task first = Task.WhenAny(opening, _told.Task);
        await first.WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (opening.IsCompleted && !_told.Task.IsCompleted) return await opening.ConfigureAwait(false);

        // A handler that does not mind its token keeps its place, so that there are never too many of them; the hub hears now, and the next session does not wait.
        var end = _told.Task.IsCompleted ? await _told.Task.ConfigureAwait(false) : StreamEnd.DialFailed;
        if (end.ToDisconnectReason() is { } reason) _send.Finish(reason);
        await either.CancelAsync().ConfigureAwait(false);
        await ((Task)opening).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        CloseLater(opening);
        return OpenedDatagrams.Failed(end);
    }

    private static void CloseLater(Task<OpenedDatagrams> opening) =>
        CloseLateAsync(opening).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    private static async Task CloseLateAsync(Task<OpenedDatagrams> opening)
    {
        if ((await opening.ConfigureAwait(false)).Local is { } late) await late.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<StreamEnd> RelayAsync(ILocalDatagrams local, Task<SendLaneEnd> sending, CancellationToken cancellationToken)
    {
        await using var owned = local.ConfigureAwait(false);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken); // not the lane: it has the end to tell
        Attach(local);
        var receiving = local.ReceiveAsync(this, stop.Token);
        var first = await Task.WhenAny(receiving, sending, _told.Task).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        await ((Task)receiving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Detach();
        if (first != receiving) return first == sending ? StreamEnd.SessionLost : await _told.Task.ConfigureAwait(false);
        var end = await receiving.ConfigureAwait(false);
        if (end == StreamEnd.Completed) await FlushAsync(sending, cancellationToken).ConfigureAwait(false);
        return end;
    }

    /// <summary>The local side has ended in order: its last datagrams leave before the end is told, unless the hub gives no credits.</summary>
    private async Task FlushAsync(Task sending, CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAny(_queue.Complete(), sending, _told.Task).WaitAsync(s_flushLimit, _time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception ex) when (ex is TimeoutException or OperationCanceledException)
        {
            // They were offered long enough, or the session has ended.
        }
    }

    private bool TryKeep(ReadOnlySpan<byte> datagram)
    {
        if (_pending is not { Count: < MaxPending } pending) return false;
        pending.Enqueue(datagram.ToArray());
        return true;
    }

    /// <summary>What waited goes first.</summary>
    private void Attach(ILocalDatagrams local)
    {
        lock (_lock)
        {
            while (_pending?.TryDequeue(out var datagram) == true)
            {
                if (!local.TrySend(datagram)) _metrics.DatagramDropped(fromUser: true);
            }

            _pending = null;
            _local = local;
        }
    }

    private void Detach()
    {
        lock (_lock) _local = null;
    }
}
