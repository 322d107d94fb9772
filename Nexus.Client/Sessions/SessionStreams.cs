using Nexus.Client.Configuration;
using Nexus.Client.LocalRouting;
using Nexus.Client.Streams;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Multiplexing;

namespace Nexus.Client.Sessions;

/// <summary>The users' streams of one session, by id. None of them outlives the session.</summary>
internal sealed class SessionStreams(SessionWriter writer, BackendDefinition backend, StreamRouter router, UnknownStreams unknown, SessionTelemetry telemetry, TimeProvider time, CancellationToken sessionEnded)
{
    /// <summary>More streams than this in one session are refused: a hub limits its users long before.</summary>
    public const int MaxStreams = 16_384;

    private static readonly TimeSpan s_lastEnds = TimeSpan.FromSeconds(5);

    /// <summary>As often as the original looks for quiet streams: every 5 s (spec/client.md §11).</summary>
    private const int TicksPerHealthCheck = 5;

    private readonly Lock _lock = new();
    private readonly Dictionary<StreamId, UserStream> _streams = [];
    private readonly HashSet<Task> _running = [];
    private readonly ReceiveBudget _budget = new(pauseAbove: backend.FlowControl.MaxBufferedBytes / 2, endAbove: backend.FlowControl.MaxBufferedBytes);
    private readonly SessionFlows _flows = new(router, unknown, telemetry, time, sessionEnded);
    private bool _isDraining;
    private long _ticks;

    public int Count
    {
        get
        {
            lock (_lock) return _streams.Count + _flows.Count;
        }
    }

    public IReadOnlyList<NexusStreamInfo> Describe() => [.. Snapshot().Select(stream => stream.Describe(telemetry.Address))];

    public void OnConnect(in ControlMessage message)
    {
        var request = ConnectRequests.From(message, backend.Name);
        if (Refusal(request) is { } refusal)
        {
            writer.Post(new(ControlEvent.Disconnect, message.StreamId) { Reason = refusal.ToDisconnectReason() });
            unknown.Ended(message.StreamId); // its first data is on its way
            telemetry.Metrics.StreamRefused(refusal);
            return;
        }

        if (request.Transport == NexusTransport.Udp)
        {
            _flows.Add(new UserFlow(writer, message, request, backend.FlowControl.MaxBuffer, telemetry.Metrics, time));
            return;
        }

        Begin(message, request, token => router.OpenAsync(request, token));
    }

    /// <summary>
    /// Takes in a connection that the hub has dialled for us; the task is its whole life. Null when no stream is taken any more,
    /// which the hub is told.
    /// </summary>
    /// <param name="result">The hub's `outbound_result`, with the credits.</param>
    /// <param name="port">The target's.</param>
    /// <param name="open">Gives the local side.</param>
    public Task? OnDialled(in ControlMessage result, int port, Func<CancellationToken, Task<OpenedLocal>> open)
    {
        var request = ConnectRequests.ForOutbound(result.StreamId, port, backend.Name);
        if (Refusal(request) is not { } refusal) return Begin(result, request, open);
        writer.Post(new(ControlEvent.Disconnect, result.StreamId) { Reason = refusal.ToDisconnectReason() });
        return null;
    }

    private Task Begin(in ControlMessage message, NexusConnectRequest request, Func<CancellationToken, Task<OpenedLocal>> open)
    {
        var stream = new UserStream(writer, message, request, backend, _budget, time);
        UserStream? earlier;
        lock (_lock)
        {
            _streams.Remove(message.StreamId, out earlier);
            _streams.Add(message.StreamId, stream);
        }

        earlier?.End(StreamEnd.Replaced);
        stream.Open();
        return Run(stream, open, message.TraceParent, message.TraceState);
    }

    public void OnData(StreamId id, ReadOnlySpan<byte> payload)
    {
        if (Find(id) is { } stream) stream.OnData(payload);
        else if (_flows.Find(id) is { } flow) flow.OnData(payload);
        else if (unknown.ShouldTell(id)) writer.Post(new(ControlEvent.Disconnect, id) { Reason = DisconnectReason.Unknown });
    }

    /// <summary>Whether a stream of this id is open.</summary>
    public bool Knows(StreamId id) => Find(id) is not null || _flows.Find(id) is not null;

    public void OnDisconnect(StreamId id)
    {
        Find(id)?.End(StreamEnd.HubEnded);
        _flows.Find(id)?.End(StreamEnd.HubEnded);
    }

    public void OnHalfClose(StreamId id) => Find(id)?.OnUserEnded();

    public void OnPong(StreamId id) => Find(id)?.OnPong();

    public void OnPause(StreamId id) => Find(id)?.OnPause();

    public void OnGrant(StreamId id, long credits)
    {
        if (Find(id) is { } stream) stream.OnGrant(credits);
        else _flows.Find(id)?.OnGrant(credits);
    }

    /// <summary>Called once per second.</summary>
    public void Tick()
    {
        var checksHealth = ++_ticks % TicksPerHealthCheck == 0;
        _flows.Tick();
        foreach (var stream in Snapshot())
        {
            if (stream.Tick(checksHealth)) telemetry.Metrics.StallProbed();
            if (_isDraining && stream.IsIdle) stream.End(StreamEnd.Shutdown);
        }
    }

    /// <summary>No user is taken from here on.</summary>
    public void BeginDrain()
    {
        lock (_lock) _isDraining = true;
    }

    /// <summary>After <see cref="BeginDrain"/>: ends streams with nothing under way, and lets the others finish until <paramref name="deadline"/>.</summary>
    public async Task DrainAsync(CancellationToken deadline)
    {
        _flows.EndAll(StreamEnd.Shutdown);
        foreach (var stream in Snapshot().Where(stream => stream.IsDialing || stream.IsIdle)) stream.End(StreamEnd.Shutdown);
        try
        {
            await AllEndedAsync().WaitAsync(deadline).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            foreach (var stream in Snapshot()) stream.End(StreamEnd.DrainTimeout);
            await WhenEndedAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Waits until no stream is left; not for ever, because connect handlers are foreign code.</summary>
    public async Task WhenEndedAsync()
    {
        try
        {
            await AllEndedAsync().WaitAsync(s_lastEnds, time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            SessionLog.StreamsLeft(telemetry.Logger, telemetry.Address, Count);
        }
    }

    private StreamEnd? Refusal(NexusConnectRequest request)
    {
        lock (_lock)
        {
            return _isDraining ? StreamEnd.Shutdown
                : (request.Transport == NexusTransport.Udp ? _flows.IsFull : _running.Count >= MaxStreams) ? StreamEnd.TooManyStreams
                : null;
        }
    }

    private Task Run(UserStream stream, Func<CancellationToken, Task<OpenedLocal>> open, string? traceParent, string? traceState)
    {
        telemetry.StreamOpened(stream.Request);
        // On the pool: a connect handler may take its time before its first await, and this is the session's receiver.
        var task = Task.Run(() => ServeAsync(stream, open, traceParent, traceState), CancellationToken.None);
        lock (_lock) _running.Add(task);
        task.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return task;
    }

    private void Forget(Task task)
    {
        lock (_lock) _running.Remove(task);
    }

    private async Task ServeAsync(UserStream stream, Func<CancellationToken, Task<OpenedLocal>> open, string? traceParent, string? traceState)
    {
        var opened = time.GetTimestamp();
        var end = StreamEnd.LocalFailed;
        using var activity = ClientTracing.StartStream(stream.Request, traceParent, traceState);
        try
        {
            end = await stream.RunAsync(open, sessionEnded).ConfigureAwait(false);
        }
        catch (Exception ex) // the owner of the stream: a bug ends one user's stream, and is told
        {
            SessionLog.StreamFaulted(telemetry.Logger, stream.Request.StreamId, ex);
        }
        finally
        {
            Remove(stream);
            await stream.DisposeAsync().ConfigureAwait(false);
            ClientTracing.EndStream(activity, end.ToErrorType());
            telemetry.StreamEnded(stream.Request, end, stream.BytesSent, stream.BytesDelivered, time.GetElapsedTime(opened));
        }
    }

    private void Remove(UserStream stream)
    {
        // The hub may still have frames on their way to it.
        unknown.Ended(stream.Id);
        lock (_lock)
        {
            if (_streams.TryGetValue(stream.Id, out var present) && present == stream) _streams.Remove(stream.Id);
        }
    }

    private UserStream? Find(StreamId id)
    {
        lock (_lock) return _streams.GetValueOrDefault(id);
    }

    private UserStream[] Snapshot()
    {
        lock (_lock) return [.. _streams.Values];
    }

    private Task AllEndedAsync()
    {
        lock (_lock) return Task.WhenAll([.. _running, _flows.AllEndedAsync()]);
    }
}
