using System.Text.Json.Nodes;
using Nexus.Client;
using Nexus.Client.Cli.Configuration;
using Nexus.SystemTests.Golden.Recordings;
using Nexus.SystemTests.Golden.Wire;
using Nexus.Testing;

namespace Nexus.SystemTests.Golden.AsServer;

/// <summary>Plays the original server's side of the recorded SOCKS5 session against our client, and the applications' side.</summary>
internal sealed class OutboundClientReplay : IAsyncDisposable
{
    // In a pause of the recording, what was under way has arrived.
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    private readonly Recording _recording = Recording.Load("11-outbound-socks5");
    private readonly ClientReplayState _state;
    private readonly HubListener _listener;
    private readonly NexusClient _client;
    private readonly Dictionary<Guid, Guid> _ids = []; // ours by the recorded one
    private readonly Dictionary<Guid, SocksApplication> _peers = [];
    private readonly HashSet<Guid> _endedByHub = [];
    private readonly List<SocksApplication> _all = [];
    private ServerLink? _link;
    private int _texts;
    private int _pings;

    private OutboundClientReplay()
    {
        _state = new(_recording, []);
        _listener = new(_state.Changes);
        var yaml = _recording.Config("client").Replace("wss://localhost:31900/", $"ws://127.0.0.1:{_listener.Port}/", StringComparison.Ordinal).Replace("127.0.0.1:31110", "127.0.0.1:0", StringComparison.Ordinal);
        var file = BackendsFileReader.Parse(yaml);
        Assert.Empty(file.Warnings);
        _client = new(file.Backends[0], new NexusClientServices { TimeProvider = _state.Clock.Time });
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ServerLink Link => _link ??= _listener.Links[0];

    private SocksApplication Newest => _all[^1];

    public static async Task RunAsync()
    {
        await using var replay = new OutboundClientReplay();
        await replay._client.StartAsync(Cancellation);
        foreach (var recorded in replay._recording.Events)
        {
            if (recorded.Offset - replay._state.Clock.Elapsed > s_pause) await replay.RoundTripAsync(recorded);
            replay._state.Clock.Follow(recorded.Offset);
            await replay.PlayAsync(recorded);
        }

        Assert.Null(replay._listener.Violation);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var peer in _all) peer.Dispose();
        await _listener.DisposeAsync();
        await _client.StopAsync(new CancellationToken(canceled: true)).BoundedAsync();
        await _client.DisposeAsync();
    }

    /// <summary>The client has dealt with every pong of ours, so that no silence is counted that there was not.</summary>
    private async Task RoundTripAsync(RecordedEvent next)
    {
        if (_texts < 2) return;
        var pongs = Link.Pongs.Count;
        await Link.SendAsync(new WireMessage(WireKind.Ping, "round trip"u8.ToArray()));
        await _state.UntilAsync(() => Link.Pongs.Count > pongs, next, "a pong");
    }

    private async Task PlayAsync(RecordedEvent recorded)
    {
        switch (recorded.Kind)
        {
            case "frame" when recorded is { IsFromClient: true, Frame.Message.Kind: WireKind.Ping }:
                _pings++;
                await _state.UntilInTimeAsync(() => Link.Pings >= _pings, recorded);
                break;
            case "frame" when recorded.Frame is { Message.Kind: WireKind.Text } text:
                if (!recorded.IsFromClient) await Link.SendAsync(text.Message);
                else await _state.UntilAsync(() => _listener.Links.Count > 0 && Link.Texts.Count > _texts, recorded);
                if (recorded.IsFromClient) _texts++;
                break;
            case "frame" when recorded.Frame is { Message.Kind: WireKind.Binary } frame:
                await (recorded.IsFromClient ? ExpectAsync(recorded, frame) : SendAsync(frame));
                break;
            case "action" when recorded.Actor == "application":
                await ActAsync(recorded);
                break;
        }
    }

    private async Task ActAsync(RecordedEvent recorded)
    {
        if (recorded.What.StartsWith("SOCKS5:", StringComparison.Ordinal))
        {
            _all.Add(await SocksApplication.ConnectAsync(_client.Socks5EndPoint));
            if (recorded.What.Contains("BIND", StringComparison.Ordinal)) await Newest.SendAsync(5, 1, 0, 5, 2, 0, 1, 127, 0, 0, 1, 0, 80);
            else if (recorded.What.Contains("username", StringComparison.Ordinal)) await Newest.SendAsync(5, 1, 2);
            else await Newest.RequestAsync(NextTarget(recorded));
            await Newest.WaitForAnswerAsync(); // before the clock moves: the handshake has a time limit
            return;
        }

        if ((string?)recorded.Line["hex"] is not { } hex) return;
        Assert.Equal(hex, Convert.ToHexStringLower(await Newest.ReceiveAsync(hex.Length / 2)));
        if ((bool?)recorded.Line["end_of_stream"] == true) Assert.Empty(await Newest.ReceiveAllAsync());
    }

    /// <summary>What the recorded client asked for next.</summary>
    private string NextTarget(RecordedEvent action) =>
        _recording.Events.Where(other => other.Offset > action.Offset).Select(other => (string?)other.Frame?.Control?["target_addr"]).First(target => target is not null) ?? "";

    private async Task ExpectAsync(RecordedEvent recorded, RecordedFrame frame)
    {
        var id = frame.Stream.GetValueOrDefault();
        if (frame.Event == "outbound_connect")
        {
            await _state.UntilAsync(() => Link.Outbound.Count > _ids.Count, recorded);
            var (ours, target) = Link.Outbound[_ids.Count];
            Assert.Equal((string?)frame.Control?["target_addr"], target);
            _ids.Add(id, ours);
            _peers.Add(id, Newest);
            return;
        }

        var stream = Link.Stream(_ids[id]);
        if (frame.IsData)
        {
            var before = stream.ReceivedBytes;
            await _peers[id].SendAsync(frame.Data.ToArray());
            await _state.UntilAsync(() => stream.ReceivedBytes == before + frame.Data.Length, recorded);
            Assert.Equal(frame.Data.ToArray(), stream.Received[(int)before..]);
        }
        else if (frame.Event == "resume_stream")
        {
            await _state.UntilAsync(() => stream.Granted >= frame.Credits, recorded);
        }
        else if (!_endedByHub.Contains(id))
        {
            var reason = (string?)frame.Control?["reason"] ?? "";
            if (reason == "normal") _peers[id].Finish();
            await _state.UntilInTimeAsync(() => stream.Reasons.Count > 0, recorded);
            Assert.Equal([reason], stream.Reasons);
        }
        else
        {
            Assert.Empty(await _peers[id].ReceiveAllAsync()); // the hub's end needs no answer (spec/node.md §2.3), but the application's end
        }
    }

    private async Task SendAsync(RecordedFrame frame)
    {
        var id = frame.Stream.GetValueOrDefault();
        var payload = frame.Message.Payload;
        if (frame.IsData)
        {
            payload = [0x01, .. _ids[id].ToByteArray(bigEndian: true), .. frame.Data.Span];
            await Link.SendAsync(new WireMessage(WireKind.Binary, payload));
            Assert.Equal(frame.Data.ToArray(), await _peers[id].ReceiveAsync(frame.Data.Length));
            return;
        }

        if (frame.Event == "disconnect") _endedByHub.Add(id);
        var json = JsonNode.Parse(payload.AsSpan(1))?.AsObject() ?? [];
        json["client_id"] = _ids[id].ToString();
        await Link.SendAsync(new WireMessage(WireKind.Binary, [0x02, .. System.Text.Encoding.UTF8.GetBytes(json.ToJsonString())]));
    }
}
