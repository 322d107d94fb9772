using System.Collections.Concurrent;
using System.Threading.Channels;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Channels;
using Nexus.Protocol.Multiplexing;
using Nexus.Protocol.Peering;
using Nexus.Protocol.WebSockets;
using Nexus.Testing;

namespace Nexus.Protocol.Tests.Multiplexing;

/// <summary>One end of a link between nodes: writer, reader, tunnels by id, and what was announced.</summary>
internal sealed class PeerEnd : ISessionHandler, IAsyncDisposable
{
    private readonly ConcurrentDictionary<StreamId, PeerTunnel> _tunnels = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly WebSocketMessageReader _messages;
    private readonly SessionReader _reader;
    private readonly PeerNode? _node;
    private Task _running = Task.CompletedTask;

    public PeerEnd(Stream transport, WebSocketRole role, PeerNode? node)
    {
        _node = node;
        Format = new();
        Writer = new(transport, new() { Role = role, Format = Format }, TimeProvider.System);
        _messages = new(transport, role, DataFrame.MaxMessageSize) { MaxTextSize = PeerMessage.DefaultMaxSize };
        _reader = new(_messages, Writer, TimeProvider.System);
    }

    public PeerFormat Format { get; }

    public SessionWriter Writer { get; }

    public PeerRoutes Routes { get; } = new();

    /// <summary>Completes with the first announcement.</summary>
    public TaskCompletionSource Announced { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Where a requested tunnel leads; null refuses it.</summary>
    public Func<ControlMessage, IByteChannel?> Serve { get; set; } = _ => null;

    /// <summary>Requested tunnels, in order.</summary>
    public Channel<PeerTunnel> Accepted { get; } = Channel.CreateUnbounded<PeerTunnel>();

    public void Start()
    {
        Writer.PostText(AnnouncementText.Full(1, [], _node));
        _running = Task.WhenAll(Writer.RunAsync(_stop.Token), _reader.RunAsync(this, _stop.Token));
    }

    public PeerTunnel Open(IByteChannel user, string hostname, int port = 443)
    {
        var tunnel = new PeerTunnel(this, StreamId.New(), user);
        _tunnels[tunnel.Id] = tunnel;
        tunnel.Send.Open(new(ControlEvent.Connect, tunnel.Id) { Hostname = hostname, ClientAddress = "192.0.2.1:5", Port = port, Transport = "tcp", Credits = PeerFrame.Window });
        tunnel.Start();
        return tunnel;
    }

    public void OnData(StreamId streamId, ReadOnlySpan<byte> payload)
    {
        if (_tunnels.TryGetValue(streamId, out var tunnel)) tunnel.OnData(payload);
    }

    public void OnControl(in ControlMessage message)
    {
        if (_tunnels.TryGetValue(message.StreamId, out var tunnel)) tunnel.OnControl(message);
    }

    public void OnText(ReadOnlySpan<byte> utf8)
    {
        Assert.True(PeerMessage.TryRead(utf8, 1_000_000, out var message));
        if (message.Announcement is { } announcement)
        {
            Format.IsExtended |= announcement.Node is not null;
            Routes.Apply(announcement);
            Announced.TrySetResult();
            return;
        }

        var request = message.Request;
        if (Serve(request) is not { } service)
        {
            Writer.Post(new(ControlEvent.Disconnect, request.StreamId) { Reason = PeerCloseReasonText.NoBackend });
            return;
        }

        var tunnel = new PeerTunnel(this, request.StreamId, service);
        _tunnels[tunnel.Id] = tunnel;
        tunnel.Send.OpenSilently();
        tunnel.Send.Grant(PeerFrame.Window);
        tunnel.Start();
        Accepted.Writer.TryWrite(tunnel);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.BoundedAsync();
        foreach (var tunnel in _tunnels.Values) await tunnel.StopAsync();
        await _reader.DisposeAsync();
        _messages.Dispose();
        _stop.Dispose();
    }
}
