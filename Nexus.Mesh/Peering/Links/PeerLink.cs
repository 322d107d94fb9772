using System.Collections.Concurrent;
using Nexus.Mesh.Peering.Flows;
using Nexus.Mesh.Peering.Tunnels;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Channels;
using Nexus.Protocol.Multiplexing;
using Nexus.Protocol.Naming;
using Nexus.Protocol.Peering;
using Nexus.Protocol.WebSockets;
using Nexus.WebSocketHosting.Listening;

namespace Nexus.Mesh.Peering.Links;

/// <summary>
/// One connection to a peer and the users in it. The receive loop never waits for a user; whatever happens first decides how the link ends,
/// and all its tunnels end with it.
/// </summary>
internal sealed class PeerLink : ISessionHandler, IAsyncDisposable
{
    /// <summary>Ours answer at once, and nodes of the original as long as they can (spec/node.md §5.2).</summary>
    private static readonly TimeSpan s_pingInterval = TimeSpan.FromSeconds(5);

    /// <summary>That wait to be sent, beside one for every tunnel there may be.</summary>
    private const int MaxAnswers = 4_096;

    private readonly ConcurrentDictionary<StreamId, Tunnel> _tunnels = new();
    private readonly TaskCompletionSource<PeerLinkEnd> _decision = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PeerFormat _format = new();
    private readonly LinkDistance _distance = new();
    private readonly WebSocketMessageReader _messages;
    private readonly SessionWriter _writer;
    private readonly SessionReader _reader;
    private readonly PeerRoutes _routes;
    private readonly PeerConnection _connection;
    private readonly IPeerLinkOwner _owner;
    private readonly PeeringOptions _options;
    private readonly TunnelTerms _terms;
    private SessionWatch? _watch;
    private volatile PeerNode? _node;
    private volatile bool _isIntroduced;
    private int _count;

    public PeerLink(PeerConnection connection, IPeerLinkOwner owner, PeeringOptions options, TunnelTerms terms, FlowMetrics metrics)
    {
        (_connection, _owner, _options, _terms) = (connection, owner, options, terms);
        _messages = new(connection.Transport.Stream, connection.Role, DataFrame.MaxMessageSize, connection.Transport.Received) { MaxTextSize = options.MaxAnnouncementMegabytes * 1024 * 1024 };
        _writer = new(connection.Transport.Stream, new() { Role = connection.Role, Format = _format, Holding = connection.Transport.Line }, terms.Time);
        _reader = new(_messages, _writer, terms.Time);
        _routes = new(options.MaxRoutesPerLink);
        Flows = new(_writer, _format, options.MaxFlowsPerLink, metrics);
    }

    /// <summary>For logs and the topology.</summary>
    public string Name => _connection.Name;

    public bool IsOutgoing => _connection.Role == WebSocketRole.Client;

    /// <summary>Null for a node of the original, and before the first announcement.</summary>
    public PeerNode? Node => _node;

    /// <summary>Empty for nodes that do not say.</summary>
    public string Region => _node?.Region ?? "";

    /// <summary>Milliseconds there and back.</summary>
    public int Distance => _distance.Milliseconds;

    public int TunnelCount => Volatile.Read(ref _count);

    /// <summary>Keys that the peer serves.</summary>
    public int RouteCount => _routes.Count;

    /// <summary>The UDP flows among its users.</summary>
    public LinkFlows Flows { get; }

    /// <summary>Whether users may be sent there now.</summary>
    public bool TakesTunnels => _isIntroduced && !_decision.Task.IsCompleted && TunnelCount < _options.MaxTunnelsPerLink;

    /// <summary>Whether a user of this key may be sent there now.</summary>
    public bool Takes(RouteKey key) => key.Kind == RouteKind.UdpPort ? _isIntroduced && !_decision.Task.IsCompleted && !Flows.IsFull : TakesTunnels;

    /// <summary>Whether the peer knows our extensions.</summary>
    public bool IsExtended => _format.IsExtended;

    /// <summary>Queues an announcement of ours.</summary>
    public void Announce(ITextSource announcement) => _writer.PostText(announcement);

    /// <summary>A tunnel for a user of ours, with its request queued; null at the limit or when the link has ended. The caller runs or abandons it.</summary>
    public Tunnel? TryOpen(IByteChannel user, in ControlMessage request)
    {
        if (TryAdd(StreamId.New(), user) is not { } tunnel) return null;
        tunnel.Request(request);
        return tunnel;
    }

    /// <summary>A tunnel that the peer has asked for; null at the limit, when its id is taken, or when the link has ended.</summary>
    public Tunnel? TryAdd(StreamId id, IByteChannel local)
    {
        var tunnel = new Tunnel(id, this, _writer, local, IsExtended, _terms);
        if (Interlocked.Increment(ref _count) > _options.MaxTunnelsPerLink || Flows.Find(id) is not null || !_tunnels.TryAdd(id, tunnel))
        {
            Interlocked.Decrement(ref _count);
            return null;
        }

        if (_decision.Task.IsCompleted) tunnel.Decide(TunnelEnd.LinkLost);
        return tunnel;
    }

    /// <summary>Takes in a UDP flow, whose request is still to be queued or answered; false at the limit, when its id is taken, or when the link has ended.</summary>
    public bool TryAdd(PeerFlow flow)
    {
        if (_tunnels.ContainsKey(flow.Id) || !Flows.TryAdd(flow)) return false;
        if (!_decision.Task.IsCompleted) return true;
        flow.End(PeerFlowEnd.LinkLost);
        return false;
    }

    /// <summary>Ends the tunnel or the flow that has the id, if there is one: its two ends do not mean the same any more.</summary>
    public bool TryReset(StreamId id)
    {
        var (tunnel, flow) = (_tunnels.GetValueOrDefault(id), Flows.Find(id));
        tunnel?.Decide(TunnelEnd.PeerReset);
        flow?.End(PeerFlowEnd.IdReused);
        return tunnel is not null || flow is not null;
    }

    /// <summary>Says that a tunnel of that id is not taken.</summary>
    public void Refuse(StreamId id, TunnelEnd refusal) => _writer.Post(new(ControlEvent.Disconnect, id) { Reason = refusal.ToReason().ToText() });

    /// <summary>Messages for it are ignored from now on.</summary>
    public void Forget(Tunnel tunnel)
    {
        if (_tunnels.TryRemove(new(tunnel.Id, tunnel))) Interlocked.Decrement(ref _count);
    }

    /// <summary>The first decision counts. The tunnels end at once; the connection is closed by the one who runs the link.</summary>
    public void Decide(PeerLinkEnd end)
    {
        if (!_decision.TrySetResult(end)) return;
        foreach (var tunnel in _tunnels.Values) tunnel.Decide(TunnelEnd.LinkLost);
        Flows.EndAll();
    }

    /// <summary>Serves until the link ends, and closes the connection.</summary>
    /// <param name="withdraw">Called as soon as it is decided that the link ends.</param>
    public async Task<PeerLinkEnd> RunAsync(Action withdraw)
    {
        using var stop = new CancellationTokenSource();
        await using var closing = new ConnectionClosing(_connection.Transport.Stream, _connection.Transport.Line.Channel.Abort, _writer, _terms.Time);
        _watch = new(_reader, _writer, _terms.Time)
        {
            PingInterval = s_pingInterval,
            PingsAtOnce = true,
            MaxSilence = _options.OriginalFrozenAfter,
            OnTick = OnTick,
        };
        var sendingDatagrams = Flows.RunAsync(stop.Token);
        var loops = Task.WhenAll(
            DecideByAsync(_watch.RunAsync(stop.Token), PeerLinkEnds.From),
            DecideByAsync(ReceiveAsync(stop.Token), PeerLinkEnds.From));
        // A writer that has closed was told to by the reader, which says why: it may only just come to that.
        var isCut = await Task.WhenAny(_decision.Task, closing.Writing) == closing.Writing;
        var writing = isCut ? DecideByAsync(closing.Writing, PeerLinkEnds.From) : Task.CompletedTask;
        var end = await _decision.Task;
        withdraw();
        await stop.CancelAsync();
        if (end.ToClose() is { } close) _writer.Close(close.Code, close.Text);
        closing.IsOrderly = end.IsOrderly();
        await loops;
        await sendingDatagrams;
        await writing;
        return end;
    }

    public async ValueTask DisposeAsync()
    {
        await _reader.DisposeAsync();
        _messages.Dispose();
    }

    void ISessionHandler.OnData(StreamId streamId, ReadOnlySpan<byte> payload)
    {
        if (_tunnels.TryGetValue(streamId, out var tunnel)) tunnel.OnData(payload);
        else Flows.Find(streamId)?.OnData(payload);
    }

    void ISessionHandler.OnControl(in ControlMessage message)
    {
        if (_tunnels.TryGetValue(message.StreamId, out var tunnel)) tunnel.OnControl(message);
        else if (message.Event == ControlEvent.Disconnect) Flows.Find(message.StreamId)?.End(PeerFlowEnds.From(message.Reason));
    }

    void ISessionHandler.OnText(ReadOnlySpan<byte> utf8)
    {
        if (!PeerMessage.TryRead(utf8, _options.MaxRoutesPerLink, out var message)) _reader.ReportUseless();
        else if (message.Announcement is { } announcement) OnAnnouncement(announcement);
        else if (message.Kind == PeerMessageKind.TunnelRequest) OnRequest(message.Request);
    }

    /// <summary>A peer that asks on and on and reads no answer would have as many wait here as it likes: each tunnel has one at least.</summary>
    private void OnRequest(in ControlMessage request)
    {
        if (_writer.QueuedControlMessages > _options.MaxTunnelsPerLink + MaxAnswers || Flows.Queue.Count > _options.MaxFlowsPerLink + MaxAnswers) Decide(PeerLinkEnd.ControlOverflow);
        else _owner.Requested(this, request);
    }

    private void OnAnnouncement(PeerAnnouncement announcement)
    {
        if (_decision.Task.IsCompleted) return;
        if (!_isIntroduced)
        {
            _node = announcement.Node;
            _format.IsExtended = _node is not null;
            if (_owner.Introduced(this) is { } end)
            {
                Decide(end);
                return;
            }

            _isIntroduced = true;
        }

        var change = _routes.Apply(announcement);
        if (change.Result == PeerRoutesResult.Gap) Decide(PeerLinkEnd.AnnouncementGap);
        else if (change.Result == PeerRoutesResult.Applied) _owner.Announced(this, change);
    }

    /// <summary>Once per second.</summary>
    private void OnTick()
    {
        if (_node is not null && _reader.Stillness >= _options.FrozenAfter) Decide(PeerLinkEnd.Frozen);
        if (_watch?.RoundTrip is { } roundTrip && _distance.Observe(roundTrip)) DistanceChanged?.Invoke(this);
        foreach (var tunnel in _tunnels.Values) tunnel.OnTick();
        Flows.OnTick();
    }

    /// <summary>Told of each step.</summary>
    public Action<PeerLink>? DistanceChanged { get; set; }

    /// <summary>Beside the one who waits for the decision: a peer that always has more to say would keep it from ever being heard.</summary>
    private async Task<SessionReaderEnd> ReceiveAsync(CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        return await _reader.RunAsync(this, cancellationToken);
    }

    private async Task DecideByAsync<T>(Task<T> loop, Func<T, PeerLinkEnd?> toEnd)
    {
        PeerLinkEnd? end = PeerLinkEnd.Fault;
        try
        {
            end = toEnd(await loop);
        }
        finally
        {
            // A loop that fails ends the link; who runs it sees the exception.
            if (end is { } decided) Decide(decided);
        }
    }
}
