using Nexus.Client.LocalRouting;
using Nexus.Client.Streams;
using Nexus.Protocol.Backend;

namespace Nexus.Client.Sessions;

/// <summary>The UDP users of one session, by id. They have no end to wait for: who ends them does so at once.</summary>
internal sealed class SessionFlows(StreamRouter router, UnknownStreams unknown, SessionTelemetry telemetry, TimeProvider time, CancellationToken sessionEnded)
{
    /// <summary>Each has a socket.</summary>
    public const int MaxFlows = 16_384;

    private readonly Lock _lock = new();
    private readonly Dictionary<StreamId, UserFlow> _flows = [];
    private readonly HashSet<Task> _running = [];

    public int Count
    {
        get
        {
            lock (_lock) return _flows.Count;
        }
    }

    public bool IsFull
    {
        get
        {
            lock (_lock) return _running.Count >= MaxFlows;
        }
    }

    public void Add(UserFlow flow)
    {
        UserFlow? earlier;
        lock (_lock)
        {
            _flows.Remove(flow.Id, out earlier);
            _flows.Add(flow.Id, flow);
        }

        earlier?.End(StreamEnd.Replaced);
        telemetry.StreamOpened(flow.Request);
        flow.Open();
        // On the pool, as a connect handler may take its time before its first await.
        var task = Task.Run(() => ServeAsync(flow), CancellationToken.None);
        lock (_lock) _running.Add(task);
        task.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    public UserFlow? Find(StreamId id)
    {
        lock (_lock) return _flows.GetValueOrDefault(id);
    }

    /// <summary>Called once per second.</summary>
    public void Tick()
    {
        foreach (var flow in Snapshot())
        {
            if (flow.Tick()) telemetry.Metrics.StallProbed();
        }
    }

    public void EndAll(StreamEnd end)
    {
        foreach (var flow in Snapshot()) flow.End(end);
    }

    public Task AllEndedAsync()
    {
        lock (_lock) return Task.WhenAll(_running);
    }

    private async Task ServeAsync(UserFlow flow)
    {
        var opened = time.GetTimestamp();
        var end = StreamEnd.LocalFailed;
        try
        {
            end = await flow.RunAsync(router, sessionEnded).ConfigureAwait(false);
        }
        catch (Exception ex) // the owner of the flow: a bug ends one user's flow, and is told
        {
            SessionLog.StreamFaulted(telemetry.Logger, flow.Request.StreamId, ex);
        }
        finally
        {
            Remove(flow);
            telemetry.StreamEnded(flow.Request, end, flow.BytesSent, flow.BytesDelivered, time.GetElapsedTime(opened));
        }
    }

    private void Remove(UserFlow flow)
    {
        unknown.Ended(flow.Id); // the hub may still have datagrams on their way to it
        lock (_lock)
        {
            if (_flows.TryGetValue(flow.Id, out var present) && present == flow) _flows.Remove(flow.Id);
        }
    }

    private void Forget(Task task)
    {
        lock (_lock) _running.Remove(task);
    }

    private UserFlow[] Snapshot()
    {
        lock (_lock) return [.. _flows.Values];
    }
}
