using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Nexus.Contracts.Carriers;
using Nexus.Hub.Authentication;
using Nexus.Hub.Bandwidth;
using Nexus.Hub.Outbound;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Channels;
using Nexus.Protocol.Multiplexing;

namespace Nexus.Hub.Sessions;

/// <summary>
/// One authenticated backend and the user streams it carries. The receive loop never waits for a stream; whatever happens
/// first decides how the session ends.
/// </summary>
internal sealed class BackendSession : ISessionHandler, IAsyncDisposable
{
    /// <summary>What the original does (spec/node.md §1.2): pings every 54 s, gives up after 60 s of silence.</summary>
    private static readonly TimeSpan s_pingInterval = TimeSpan.FromSeconds(54);
    private static readonly TimeSpan s_maxSilence = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<StreamId, UserStream> _streams = new();
    private readonly SessionFlows _flows;
    private readonly TaskCompletionSource<SessionEnd> _decision = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SessionWriter _writer;
    private readonly SessionReader _reader;
    private readonly Reauthentication _reauthentication;
    private readonly SessionsOptions _options;
    private readonly IOptionsMonitor<SessionsOptions> _current;
    private readonly OutboundStreams _outbound;
    private readonly TimeProvider _time;
    private long _probed; // timestamp of the probe that was not answered yet, 0 when none
    private int _count;

    public BackendSession(
        BackendIdentity identity, SessionWriter writer, SessionReader reader, Reauthentication reauthentication, IOptionsMonitor<SessionsOptions> options,
        OutboundDialing dialing, StreamRunner runner, BackendBandwidth? bandwidth, DatagramMetrics datagrams, TimeProvider time)
    {
        Identity = identity;
        _writer = writer;
        _reader = reader;
        _reauthentication = reauthentication;
        _current = options;
        _options = options.CurrentValue;
        _flows = new SessionFlows(writer, _options.MaxFlowsPerSession, datagrams);
        _outbound = new(this, writer, dialing, runner, _options.MaxStreamsPerSession, time);
        Memory = runner.Memory;
        Bandwidth = bandwidth;
        _time = time;
    }

    public BackendIdentity Identity { get; }

    /// <summary>The backend's share of the hub's bandwidth; null when that has no limit.</summary>
    public BackendBandwidth? Bandwidth { get; }

    /// <summary>What all users' streams of the hub may hold together.</summary>
    public ReceiveBudget Memory { get; }

    /// <summary>Streams that were opened and have not been released.</summary>
    public int StreamCount => Volatile.Read(ref _count);

    /// <summary>Those of a stream that begins now: they may be changed while the session goes on.</summary>
    public StreamLimits Limits => _current.CurrentValue.StreamLimits;

    /// <summary>Whether the backend has granted credits on any stream, so that it is known to count them.</summary>
    public bool HasGranted { get; set; }

    /// <summary>Whether the backend has said that it understands `half_close` (PROTOCOL.md §3.2).</summary>
    public bool CanHalfClose { get; set; }

    /// <summary>
    /// A stream for a new user, with `connect` queued; null at the limit or when the session has ended. The caller runs it.
    /// </summary>
    public UserStream? TryOpen(IByteChannel user, in ControlMessage connect)
    {
        var stream = new UserStream(StreamId.New(), this, _writer, user, Limits, _time);
        return TryOpen(stream, connect with { StreamId = stream.Id }) ? stream : null;
    }

    /// <summary>Takes a stream in and queues what opens it; false at the limit, when its id is taken, or when the session has ended.</summary>
    public bool TryOpen(UserStream stream, in ControlMessage opening)
    {
        if (Interlocked.Increment(ref _count) > _options.MaxStreamsPerSession || !_streams.TryAdd(stream.Id, stream))
        {
            Interlocked.Decrement(ref _count);
            return false;
        }

        if (_decision.Task.IsCompleted)
        {
            Release(stream);
            stream.Abandon();
            return false;
        }

        stream.Open(opening);
        return true;
    }

    /// <summary>Whether a stream of this id lives.</summary>
    public bool Knows(StreamId id) => _streams.ContainsKey(id) || _flows.Find(id) is not null;

    /// <summary>A UDP flow of a new user, with `connect` queued; null at a limit, when its id is taken, or when the session has ended.</summary>
    public UserFlow? TryOpenFlow(IFlowUser user, ulong number, in ControlMessage connect)
    {
        var id = connect.StreamId.IsNil ? StreamId.New() : connect.StreamId;
        if (_streams.ContainsKey(id) || _flows.TryAdd(this, id, user, number) is not { } flow) return null;
        if (!_decision.Task.IsCompleted && flow.TryOpen(connect)) return flow;
        flow.Finish();
        return null;
    }

    /// <summary>The flow has ended.</summary>
    public void ReleaseFlow(UserFlow flow) => _flows.Remove(flow);

    /// <summary>Messages for it are ignored from now on; it still counts until it has been <see cref="Release"/>d.</summary>
    public void Forget(UserStream stream)
    {
        _streams.TryRemove(new(stream.Id, stream)); // a backend may use the id of an outbound stream again
        if (stream.IsOutbound) _outbound.Forget(stream);
    }

    /// <summary>The stream has ended.</summary>
    public void Release(UserStream stream)
    {
        Forget(stream);
        Interlocked.Decrement(ref _count);
    }

    /// <summary>The first decision counts. The streams end at once; the connection is closed by the one who runs the session.</summary>
    public void Decide(SessionEnd end)
    {
        if (!_decision.TrySetResult(end)) return;
        foreach (var stream in _streams.Values) stream.Decide(end == SessionEnd.Drained ? StreamEnd.Drained : StreamEnd.SessionLost);
        _flows.EndAll(end == SessionEnd.Drained ? FlowEnd.Stopping : FlowEnd.SessionLost);
    }

    /// <summary>Asks for a sign of life. Until one comes the session gets new users only if nobody else can take them.</summary>
    public void Probe()
    {
        if (Interlocked.CompareExchange(ref _probed, Math.Max(1, _time.GetTimestamp()), 0) == 0) _writer.Ping();
    }

    /// <summary>Whether the backend has been silent for so long, or has left a probe unanswered, that it may be gone. Asks it if so.</summary>
    public bool IsDoubtful()
    {
        if (IsProbeAnswered() && _reader.Silence >= _options.QuietAfter) Probe();
        return Volatile.Read(ref _probed) != 0;
    }

    /// <summary>Serves until the session ends. <paramref name="writing"/> is the writer's loop, which runs since the handshake.</summary>
    public async Task<SessionEnd> RunAsync(Task<SessionWriterEnd> writing)
    {
        using var stop = new CancellationTokenSource();
        var watch = new SessionWatch(_reader, _writer, _time)
        {
            PingInterval = s_pingInterval,
            MaxSilence = s_maxSilence,
            MaxStillness = _options.FrozenAfter,
            PingsAtOnce = true, // the protocol has no word for "accepted": this tells a client of ours at once, the original's answers it and thinks nothing
            OnTick = CheckProbe,
        };
        var sendingDatagrams = _flows.RunAsync(stop.Token);
        var loops = Task.WhenAll(
            DecideByAsync(watch.RunAsync(stop.Token), SessionEnds.From),
            DecideByAsync(_reader.RunAsync(this, stop.Token), SessionEnds.From),
            DecideByAsync(_reauthentication.RunAsync(_writer, stop.Token), SessionEnds.From));
        if (await Task.WhenAny(_decision.Task, writing) == writing && SessionEnds.From(await writing) is { } broken) Decide(broken);
        var end = await _decision.Task;
        await stop.CancelAsync();
        if (end.ToClose() is { } close) _writer.Close(close.Code, close.Text);
        await loops;
        await sendingDatagrams;
        return end;
    }

    /// <summary>Waits for the connections that the backend has asked for; after the session's end.</summary>
    public ValueTask DisposeAsync() => _outbound.DisposeAsync();

    void ISessionHandler.OnData(StreamId streamId, ReadOnlySpan<byte> payload)
    {
        if (_streams.TryGetValue(streamId, out var stream)) stream.OnData(payload);
        else if (_flows.Find(streamId) is { } flow) flow.OnData(payload);
    }

    void ISessionHandler.OnText(ReadOnlySpan<byte> utf8) => _reauthentication.OnToken(utf8);

    void ISessionHandler.OnControl(in ControlMessage message)
    {
        if (_outbound.OnControl(message)) return;
        if (!_streams.TryGetValue(message.StreamId, out var stream))
        {
            if (_flows.Find(message.StreamId) is { } flow) OnControl(flow, message.Event);
            return;
        }

        switch (message.Event)
        {
            case ControlEvent.Disconnect:
                Forget(stream);
                stream.OnDisconnect(message.Reason);
                break;
            case ControlEvent.PingClient:
                stream.OnPing();
                break;
            case ControlEvent.PauseStream:
                stream.OnPause();
                break;
            case ControlEvent.ResumeStream:
                stream.OnResume(message.Credits, message.CanHalfClose);
                break;
            case ControlEvent.HalfClose:
                stream.OnHalfClose();
                break;
        }
    }

    /// <summary>Pauses and credits mean nothing to datagrams: who cannot take one drops it (spec/node.md §2.7, §2.8).</summary>
    private void OnControl(UserFlow flow, ControlEvent happened)
    {
        if (happened == ControlEvent.Disconnect) flow.End(FlowEnd.BackendEnded);
        else if (happened == ControlEvent.PingClient) _writer.Post(new(ControlEvent.PongClient, flow.Id));
    }

    private async Task DecideByAsync<T>(Task<T> loop, Func<T, SessionEnd?> toEnd)
    {
        SessionEnd? end = SessionEnd.Fault;
        try
        {
            end = toEnd(await loop);
        }
        finally
        {
            // A loop that fails ends the session; who runs it sees the exception.
            if (end is { } decided) Decide(decided);
        }
    }

    private bool IsProbeAnswered()
    {
        var probed = Volatile.Read(ref _probed);
        if (probed == 0) return true;
        if (_reader.Silence > _time.GetElapsedTime(probed)) return false; // the same tick counts as an answer: whoever is probed was silent before
        Interlocked.CompareExchange(ref _probed, 0, probed);
        return true;
    }

    /// <summary>Once per second.</summary>
    private void CheckProbe()
    {
        if (IsProbeAnswered() || _time.GetElapsedTime(Volatile.Read(ref _probed)) < _options.ProbeTimeout) return;
        Decide(SessionEnd.ProbeUnanswered);
    }
}
