using Nexus.Hub.Outbound;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Channels;
using Nexus.Protocol.Multiplexing;

namespace Nexus.Hub.Sessions;

/// <summary>
/// The connections that one backend has asked for (spec/node.md §6): checked on the receive loop, dialled beside it, then
/// streams of the session like those of users. Owns their tasks until the session has ended.
/// </summary>
internal sealed class OutboundStreams(
    BackendSession session, SessionWriter writer, OutboundDialing dialing, StreamRunner runner, int maxStreams, TimeProvider time) : IAsyncDisposable
{
    /// <summary>How long a target may take to close after the backend's end, so that our closing cannot reset what it has not read yet.</summary>
    private static readonly TimeSpan s_linger = TimeSpan.FromSeconds(2);

    /// <summary>They count as connections no more, so they have a bound of their own: beyond it a target may be reset.</summary>
    private const int MaxLingering = 100;

    private readonly Lock _lock = new();
    private readonly Dictionary<StreamId, CancellationTokenSource> _dials = [];
    private readonly HashSet<UserStream> _open = [];
    private readonly HashSet<Task> _running = [];
    private readonly CancellationTokenSource _ended = new();
    private int _lingering;

    /// <summary>Looks at a message before the streams do. True when it was about a dial.</summary>
    public bool OnControl(in ControlMessage message)
    {
        switch (message.Event)
        {
            case ControlEvent.OutboundConnect:
                Begin(message.StreamId, message.TargetAddress);
                return true;
            case ControlEvent.Disconnect:
                return TryCancel(message.StreamId);
            default:
                return false;
        }
    }

    /// <summary>The session knows the stream's id no more: its slot is free.</summary>
    public void Forget(UserStream stream)
    {
        lock (_lock) _open.Remove(stream);
    }

    /// <summary>The session has ended: gives up the dials and waits for the streams. Nothing begins any more.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        Task[] running;
        lock (_lock) running = [.. _running];
        await Task.WhenAll(running);
        _ended.Dispose();
    }

    private void Begin(StreamId id, string? address)
    {
        if (TryReserve(id, address, out var target, out var dial) is { } refusal)
        {
            dialing.Metrics.Refused(refusal);
            Refuse(id, refusal);
            return;
        }

        // Not on the receive loop: looking up a name may block before its first await.
        var task = Task.Run(() => ServeAsync(id, target, dial));
        lock (_lock) _running.Add(task);
        task.ContinueWith(HasEnded, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>Null when the connection has its slot and its id.</summary>
    private OutboundRefusal? TryReserve(StreamId id, string? address, out OutboundTarget target, out CancellationTokenSource dial)
    {
        dial = _ended;
        lock (_lock)
        {
            if (dialing.Policy.Check(session.Identity.Granted, address, _dials.Count + _open.Count, out target) is { } refusal) return refusal;
            if (_running.Count >= maxStreams) return OutboundRefusal.LimitReached;
            if (id.IsNil) return OutboundRefusal.MissingId;
            if (_dials.ContainsKey(id) || session.Knows(id)) return OutboundRefusal.DuplicateId;
            _dials.Add(id, dial = CancellationTokenSource.CreateLinkedTokenSource(_ended.Token));
            return null;
        }
    }

    private bool TryCancel(StreamId id)
    {
        lock (_lock)
        {
            if (!_dials.Remove(id, out var dial)) return false;
            dial.Cancel(); // here, so that a dial that ends just now sees it
            return true;
        }
    }

    private async Task ServeAsync(StreamId id, OutboundTarget target, CancellationTokenSource dial)
    {
        using var taken = dial;
        try
        {
            var dialled = await DialAsync(target, dial.Token);
            if (dialled.Socket is not { } socket)
            {
                EndDial(id, dial);
                Refuse(id, dialled.Refusal);
                return;
            }

            await using var channel = new SocketChannel(socket);
            var limits = session.Limits with { Idle = dialing.Options.CurrentValue.IdleTimeout };
            var stream = new UserStream(id, session, writer, channel, limits, time) { IsOutbound = true };
            if (TryOpen(stream, dial) is { } refusal) Refuse(id, refusal);
            else await CarryAsync(stream, channel);
        }
        catch (Exception e) // the owner of the connection: a bug ends this one, is told, and nothing else
        {
            if (EndDial(id, dial)) Refuse(id, OutboundRefusal.DialFailed);
            OutboundLog.Faulted(dialing.Logger, id.ToGuid(), e);
        }
    }

    private async Task<OutboundDial> DialAsync(OutboundTarget target, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        OutboundRefusal? refusal = OutboundRefusal.Cancelled;
        dialing.Metrics.DialBegan();
        try
        {
            var dialled = await dialing.Dialer.DialAsync(session.Identity.SharesAs, target, cancellationToken);
            refusal = dialled.Socket is null ? dialled.Refusal : null;
            return dialled;
        }
        finally
        {
            dialing.Metrics.DialEnded(refusal, time.GetElapsedTime(began));
        }
    }

    /// <summary>From dial to stream in one step for those who end either: the id is always known to one of the two.</summary>
    private OutboundRefusal? TryOpen(UserStream stream, CancellationTokenSource dial)
    {
        var result = new ControlMessage(ControlEvent.OutboundResult, stream.Id) { Success = true, Credits = CreditWindow.Initial, CanHalfClose = true };
        lock (_lock)
        {
            if (dial.IsCancellationRequested) return OutboundRefusal.Cancelled;
            _dials.Remove(stream.Id);
            _open.Add(stream);
            if (session.TryOpen(stream, result)) return null;
            _open.Remove(stream);
            return OutboundRefusal.LimitReached;
        }
    }

    /// <summary>Frees id and slot, before the backend hears of it and tries again. False when it is no dial any more; the id may be another's by now.</summary>
    private bool EndDial(StreamId id, CancellationTokenSource dial)
    {
        lock (_lock) return _dials.GetValueOrDefault(id) == dial && _dials.Remove(id);
    }

    private async Task CarryAsync(UserStream stream, SocketChannel channel)
    {
        OutboundLog.Connected(dialing.Logger, stream.Id.ToGuid());
        dialing.Metrics.Opened();
        try
        {
            if (await runner.RunAsync(stream, Task.CompletedTask, CancellationToken.None) == StreamEnd.BackendEnded) await LingerAsync(channel);
        }
        finally
        {
            dialing.Metrics.Closed();
        }
    }

    /// <summary>Reads on without looking until the target has closed too.</summary>
    private async Task LingerAsync(SocketChannel channel)
    {
        if (Volatile.Read(ref _lingering) >= MaxLingering) return;
        Interlocked.Increment(ref _lingering);
        using var limit = new CancellationTokenSource(s_linger, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _ended.Token);
        var rest = new byte[4 * 1024];
        try
        {
            while (channel.TryRead(rest).Status is ChannelReadStatus.Data or ChannelReadStatus.Empty) await channel.WaitToReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            // Long enough.
        }
        finally
        {
            Interlocked.Decrement(ref _lingering);
        }
    }

    /// <summary>A backend that took its request back, or has gone, gets no answer.</summary>
    private void Refuse(StreamId id, OutboundRefusal refusal)
    {
        OutboundLog.Refused(dialing.Logger, id.ToGuid(), refusal);
        if (refusal != OutboundRefusal.Cancelled) writer.Post(new(ControlEvent.OutboundResult, id) { Reason = refusal.ToReason() });
    }

    private void HasEnded(Task task)
    {
        lock (_lock) _running.Remove(task);
    }
}
