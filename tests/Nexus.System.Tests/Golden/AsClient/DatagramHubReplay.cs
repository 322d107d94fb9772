using System.Text.Json.Nodes;
using System.Threading.Channels;
using Nexus.Contracts.Carriers;
using Nexus.Protocol.Backend;
using Nexus.SystemTests.Golden.Recordings;
using Nexus.SystemTests.Golden.Wire;
using Nexus.Testing;

namespace Nexus.SystemTests.Golden.AsClient;

/// <summary>
/// Plays the original client's side of a recording with UDP flows against our hub, and the users' side as an edge would: what the
/// recorded server sent must come from ours, what the recorded client sent must reach the users.
/// </summary>
internal sealed class DatagramHubReplay : IFlowEvents, IAsyncDisposable
{
    private readonly Channel<(ulong Flow, byte[]? Datagram, FlowEnd End)> _toUsers = Channel.CreateUnbounded<(ulong, byte[]?, FlowEnd)>();
    private readonly Dictionary<Guid, (ulong Flow, Guid Ours)> _flows = [];
    private readonly Dictionary<Guid, long> _credits = []; // by our id
    private readonly HashSet<Guid> _ended = [];            // by the recorded id
    private readonly CancellationTokenSource _stop = new();
    private readonly ReplayedHub _hub;
    private readonly WireConnection _wire;
    private readonly DatagramClientCall _edge;
    private readonly Task _running;
    private (string Recorded, string Ours) _nonce;

    private DatagramHubReplay(ReplayedHub hub, WireConnection wire)
    {
        _hub = hub;
        _wire = wire;
        _edge = hub.OpenDatagrams(this);
        _running = _edge.RunAsync(_stop.Token);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task RunAsync(string name)
    {
        var recording = Recording.Load(name);
        var clock = new RecordingClock(recording.Start);
        var hub = await ReplayedHub.StartAsync(HubSettings.From(recording), clock);
        await using var replay = new DatagramHubReplay(hub, await hub.DialAsync());
        await replay._wire.SendRawAsync(
            "GET /connect HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
            Cancellation);
        Assert.StartsWith("HTTP/1.1 101", await replay._wire.ReadHeadAsync(Cancellation).BoundedAsync());
        foreach (var recorded in recording.Events.Where(recorded => recorded.Frame is { Message.Kind: WireKind.Text or WireKind.Binary }))
        {
            clock.Follow(recorded.Offset);
            if (recorded.Frame is { } frame) await (recorded.IsFromClient ? replay.SendAsync(frame) : replay.ExpectAsync(recorded, frame));
        }
    }

    void IFlowEvents.OnOpen(ulong flow, OpenStream? open) => throw new InvalidOperationException("Hubs open none.");

    void IFlowEvents.OnDatagram(ulong flow, ReadOnlySpan<byte> datagram) => _toUsers.Writer.TryWrite((flow, datagram.ToArray(), default));

    void IFlowEvents.OnEnd(ulong flow, FlowEnd end) => _toUsers.Writer.TryWrite((flow, null, end));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.BoundedAsync();
        _edge.Dispose();
        await _wire.DisposeAsync();
        await _hub.DisposeAsync();
        _stop.Dispose();
    }

    private async Task SendAsync(RecordedFrame frame)
    {
        if (frame.Token is { } token)
        {
            var text = token.Nonce is not null && token.Nonce == _nonce.Recorded ? new WireMessage(WireKind.Text, token.WithNonce(_nonce.Recorded, _nonce.Ours)) : frame.Message;
            await SendAsync(text);
            if (token.Nonce is not null) await _hub.SessionBegunAsync();
            return;
        }

        if (frame.Stream is not { } id || _ended.Contains(id)) return; // its echo of an end
        var (flow, ours) = _flows[id];
        var payload = frame.Message.Payload.ToArray();
        if (frame.IsData) ours.ToByteArray(bigEndian: true).CopyTo(payload, 1);
        else payload = [2, .. System.Text.Encoding.UTF8.GetBytes(frame.Control?.ToJsonString().Replace(id.ToString(), ours.ToString(), StringComparison.Ordinal) ?? "")];
        await SendAsync(new WireMessage(WireKind.Binary, payload));
        if (!frame.IsData && frame.Event != "disconnect") return;
        var (to, datagram, end) = await _toUsers.Reader.ReadAsync(Cancellation).BoundedAsync();
        Assert.Equal(flow, to);
        if (frame.IsData) Assert.Equal(frame.Data.ToArray(), datagram);
        else Assert.Equal(FlowEnd.BackendEnded, end);
        if (!frame.IsData) _ended.Add(id);
    }

    private async Task ExpectAsync(RecordedEvent recorded, RecordedFrame frame)
    {
        if (frame.Message.Kind == WireKind.Text)
        {
            var challenge = await NextAsync(recorded);
            _nonce = (NonceOf(frame.Message), NonceOf(challenge));
            return;
        }

        if (frame.Stream is not { } id || (_ended.Contains(id) && frame.Event != "connect")) return;
        switch (frame.Event)
        {
            case "connect":
                await ConnectAsync(recorded, frame, id);
                break;
            case "disconnect":
                _edge.Outbox.End(_flows[id].Flow, FlowEnd.Idle);
                _ended.Add(id);
                await ExpectControlAsync(recorded, frame, id);
                break;
            case "resume_stream":
                while (_credits.GetValueOrDefault(_flows[id].Ours) < frame.Credits) Count(await ReceiveAsync(recorded));
                _credits[_flows[id].Ours] -= frame.Credits;
                break;
            default:
                var share = default(FlowShare);
                Assert.True(_edge.Outbox.TrySend(_flows[id].Flow, ref share, frame.Data.Span));
                Assert.Equal([1, .. _flows[id].Ours.ToByteArray(bigEndian: true), .. frame.Data.Span], (await NextAsync(recorded)).Payload);
                break;
        }
    }

    private async Task ConnectAsync(RecordedEvent recorded, RecordedFrame frame, Guid id)
    {
        var port = (int?)frame.Control?["conn_port"] ?? 0;
        var flow = (ulong)_flows.Count + 1;
        _flows[id] = (flow, id);
        Assert.True(_edge.Outbox.TryOpen(flow, new OpenStream
        {
            ClientAddress = (string?)frame.Control?["client_ip"] ?? "",
            LocalPort = port,
            ClaimedPort = port,
            Transport = StreamTransport.Udp,
        }));
        var ours = Parse(await NextAsync(recorded));
        _flows[id] = (flow, Guid.Parse((string?)ours["client_id"] ?? ""));
        ours["client_id"] = id.ToString();
        Assert.True(JsonNode.DeepEquals(frame.Control, ours), ours.ToJsonString());
    }

    private async Task ExpectControlAsync(RecordedEvent recorded, RecordedFrame frame, Guid id)
    {
        var ours = Parse(await NextAsync(recorded));
        Assert.Equal(_flows[id].Ours.ToString(), (string?)ours["client_id"]);
        ours["client_id"] = id.ToString();
        Assert.True(JsonNode.DeepEquals(frame.Control, ours), ours.ToJsonString());
    }

    private Task SendAsync(WireMessage message) => _wire.SendAsync(message, wronglyMasked: false, Cancellation).BoundedAsync();

    /// <summary>The next message that is no grant; grants are counted.</summary>
    private async Task<WireMessage> NextAsync(RecordedEvent recorded)
    {
        while (true)
        {
            var message = await ReceiveAsync(recorded);
            if (!Count(message)) return message;
        }
    }

    private async Task<WireMessage> ReceiveAsync(RecordedEvent recorded)
    {
        while (true)
        {
            var message = await _wire.ReceiveAsync(Cancellation).BoundedAsync() ?? throw new EndOfStreamException($"{recorded}: {_hub.LastWords}");
            if (message.Kind == WireKind.Ping) await SendAsync(message with { Kind = WireKind.Pong });
            else if (message.Kind != WireKind.Pong) return message;
        }
    }

    private bool Count(WireMessage message)
    {
        if (message is not { Kind: WireKind.Binary, Payload: [2, ..] } || Parse(message) is not { } control || (string?)control["event"] != "resume_stream") return false;
        var id = Guid.Parse((string?)control["client_id"] ?? "");
        _credits[id] = _credits.GetValueOrDefault(id) + ((long?)control["credits"] ?? 0);
        return true;
    }

    private static JsonObject Parse(WireMessage message) => JsonNode.Parse(message.Payload.AsSpan(1))?.AsObject() ?? [];

    private static string NonceOf(WireMessage challenge) => (string?)JsonNode.Parse(challenge.Text)?["nonce"] ?? "";
}
