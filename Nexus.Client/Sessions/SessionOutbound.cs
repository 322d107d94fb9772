using Nexus.Client.LocalRouting;
using Nexus.Client.Outbound;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Multiplexing;

namespace Nexus.Client.Sessions;

/// <summary>
/// Connections that one hub dials for us (spec/client.md §10). A request waits here for its answer; once it has succeeded it is a
/// stream like those of users. Nothing is sent before.
/// </summary>
internal sealed class SessionOutbound(SessionWriter writer, SessionStreams streams, TimeProvider time, CancellationToken sessionEnded)
{
    /// <summary>More requests than these do not wait in one session: hubs allow a backend 100 connections unless told otherwise.</summary>
    private const int MaxWaiting = 1_024;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);

    private readonly Lock _lock = new();
    private readonly Dictionary<StreamId, Request> _waiting = [];
    private bool _isStopped;

    /// <summary>Asks the hub for a connection and waits for its answer, 15 s at most.</summary>
    /// <param name="target">Where to, unresolved.</param>
    /// <param name="open">Gives the local side once the hub has connected.</param>
    /// <param name="cancellationToken">Takes the request back.</param>
    public async Task<OutboundAnswer> RequestAsync(OutboundAddress target, Func<CancellationToken, Task<OpenedLocal>> open, CancellationToken cancellationToken)
    {
        var id = StreamId.New();
        var request = new Request(target.Port, open);
        lock (_lock)
        {
            if (_isStopped || sessionEnded.IsCancellationRequested || _waiting.Count >= MaxWaiting) return new(OutboundOutcome.NoSession);
            _waiting.Add(id, request);
        }

        writer.Post(new(ControlEvent.OutboundConnect, id) { TargetAddress = target.ToString() });
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, sessionEnded);
        try
        {
            return await request.Answer.WaitAsync(s_patience, time, either.Token).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return await GiveUpAsync(id, request, OutboundOutcome.TimedOut, DisconnectReason.Timeout).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            return await GiveUpAsync(id, request, sessionEnded.IsCancellationRequested ? OutboundOutcome.NoSession : OutboundOutcome.Cancelled, DisconnectReason.Normal).ConfigureAwait(false);
        }
    }

    /// <summary>The hub's answer. On the session's receiver: data may follow at once.</summary>
    public void OnResult(in ControlMessage result)
    {
        if (!TryTake(result.StreamId, out var request))
        {
            // Too late: the hub must not keep a connection that nobody has (spec/client.md §17, D13).
            if (result.Success && !streams.Knows(result.StreamId)) Tell(result.StreamId, DisconnectReason.Timeout);
        }
        else if (result.Success)
        {
            var carried = streams.OnDialled(result, request.Port, request.Open);
            request.End(carried is null ? new(OutboundOutcome.NoSession) : new(OutboundOutcome.Connected) { Ended = carried });
        }
        else
        {
            Tell(result.StreamId, DisconnectReason.DialFailed);
            request.End(new(OutboundOutcome.Refused) { Reason = result.Reason });
        }
    }

    /// <summary>The client stops: nothing is asked for any more, and what waits is taken back.</summary>
    public void Stop()
    {
        KeyValuePair<StreamId, Request>[] waiting;
        lock (_lock)
        {
            _isStopped = true;
            waiting = [.. _waiting];
            _waiting.Clear();
        }

        foreach (var (id, request) in waiting)
        {
            Tell(id, DisconnectReason.Shutdown);
            request.End(new(OutboundOutcome.NoSession));
        }
    }

    private async Task<OutboundAnswer> GiveUpAsync(StreamId id, Request request, OutboundOutcome outcome, string reason)
    {
        if (!TryTake(id, out _)) return await request.Answer.ConfigureAwait(false); // the answer was there first
        Tell(id, reason);
        return new(outcome);
    }

    private bool TryTake(StreamId id, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Request? request)
    {
        lock (_lock) return _waiting.Remove(id, out request);
    }

    private void Tell(StreamId id, string reason) => writer.Post(new(ControlEvent.Disconnect, id) { Reason = reason });

    /// <summary>One request that waits.</summary>
    private sealed class Request(int port, Func<CancellationToken, Task<OpenedLocal>> open)
    {
        private readonly TaskCompletionSource<OutboundAnswer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Port { get; } = port;

        public Func<CancellationToken, Task<OpenedLocal>> Open { get; } = open;

        public Task<OutboundAnswer> Answer => _answer.Task;

        public void End(OutboundAnswer answer) => _answer.TrySetResult(answer);
    }
}
