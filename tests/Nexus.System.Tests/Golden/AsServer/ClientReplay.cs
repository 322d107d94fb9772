using System.Text.Json.Nodes;
using Nexus.Client;
using Nexus.SystemTests.Golden.Recordings;
using Nexus.SystemTests.Golden.Wire;
using Nexus.Testing;

namespace Nexus.SystemTests.Golden.AsServer;

/// <summary>Plays the original server's side of a recording against our client, and the local services' side.</summary>
internal sealed class ClientReplay : IAsyncDisposable
{
    // In a pause of the recording, what was under way has arrived.
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    private readonly Recording _recording;
    private readonly ClientReplayState _state;
    private readonly StreamExpectations _expectations;
    private readonly HubListener _listener;
    private readonly ClientSettings _settings;
    private readonly RecordedTokens? _tokens;
    private readonly List<NexusClient> _clients = [];
    private readonly List<Task> _stopping = [];
    private readonly Dictionary<int, ServerLink> _links = [];
    private readonly Dictionary<int, int> _texts = [];
    private readonly Dictionary<int, int> _pings = [];
    private readonly Dictionary<Guid, PlayedStream> _streams = [];
    private readonly HashSet<int> _endedByServer = [];

    private ClientReplay(Recording recording, ClientDifference[] differences)
    {
        _recording = recording;
        _state = new(recording, differences);
        _expectations = new(_state);
        _listener = new(_state.Changes);
        _settings = new(recording, _listener.Port);
        _tokens = recording.Config("client").Contains("command:", StringComparison.Ordinal) ? new(recording) : null;
    }

    public static async Task RunAsync(string name, params ClientDifference[] differences)
    {
        await using var replay = new ClientReplay(Recording.Load(name), differences);
        await replay.StartAsync();
        foreach (var recorded in replay._recording.Events)
        {
            if (recorded.Offset - replay._state.Clock.Elapsed > s_pause) await replay.SettleAsync(recorded);
            replay._state.Clock.Follow(recorded.Offset);
            await replay.PlayAsync(recorded);
        }

        foreach (var stream in replay._streams.Values) stream.Check();
        Assert.Null(replay._listener.Violation);
        Assert.Empty(replay._state.Unseen);
    }

    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync();
        foreach (var stream in _streams.Values) await (stream.Local?.DisposeAsync() ?? ValueTask.CompletedTask);
        foreach (var client in _clients) await KillAsync(client);
        await Task.WhenAll(_stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _settings.DisposeAsync();
    }

    private static async Task KillAsync(NexusClient client)
    {
        await client.StopAsync(new CancellationToken(canceled: true)).BoundedAsync();
        await client.DisposeAsync();
    }

    private async Task StartAsync()
    {
        foreach (var backend in _settings.Backends)
        {
            var client = new NexusClient(backend, new NexusClientServices { TimeProvider = _state.Clock.Time, TokenProvider = _tokens });
            _clients.Add(client);
            await client.StartAsync(TestContext.Current.CancellationToken);
        }
    }

    private async Task PlayAsync(RecordedEvent recorded)
    {
        switch (recorded.Kind)
        {
            case "conn_open" when _state.IsStopping:
                await Task.WhenAll(_stopping).BoundedAsync();
                _stopping.Clear();
                _state.IsStopping = false;
                _clients.Clear();
                await StartAsync();
                break;
            case "frame" when recorded.Frame is { } frame:
                await (recorded.IsFromClient ? ExpectAsync(recorded, frame) : SendAsync(recorded, frame));
                break;
            case "stream_end" when _links.TryGetValue(recorded.Connection, out var link):
                await EndAsync(recorded, link);
                break;
            case "action":
                await ActAsync(recorded);
                break;
        }
    }

    private async Task SettleAsync(RecordedEvent next)
    {
        await _state.UntilAsync(() => _streams.Values.All(stream => stream.IsSettled), next, "(everything before it delivered)");
        // The client has dealt with every pong of ours, so that no silence is counted that there was not.
        foreach (var link in _links.Values.Where(link => link is { HasEnded: false, IsCut: false, AnswersPings: true, Close: null } && link.Texts.Count > 1))
        {
            var pongs = link.Pongs.Count;
            await link.SendAsync(new WireMessage(WireKind.Ping, "round trip"u8.ToArray()));
            await _state.UntilAsync(() => link.Pongs.Count > pongs || link.HasEnded, next, "a pong");
        }
    }

    private async Task ActAsync(RecordedEvent recorded)
    {
        switch (recorded.Actor, recorded.What)
        {
            case ("operator", "sends SIGTERM to the client"):
                _state.IsStopping = true;
                _stopping.AddRange(_clients.Select(client => client.StopAsync()));
                break;
            case ("operator", "sends SIGKILL to the client"):
                foreach (var client in _clients) await KillAsync(client);
                _clients.Clear();
                await StartAsync();
                break;
            case ("local service", "resets the connection"):
                _streams.Values.Last().Resets = true;
                break;
            case ("scripted hub", var what) when what.EndsWith("stops answering pings", StringComparison.Ordinal):
                _links.Values.Last().AnswersPings = false;
                break;
        }
    }

    private async Task EndAsync(RecordedEvent recorded, ServerLink link)
    {
        if (!recorded.IsFromClient)
        {
            _endedByServer.Add(recorded.Connection);
            if (HasRecordedClose(recorded)) await _state.UntilAsync(() => link.Close is not null || link.HasEnded, recorded, "the answer to the close frame");
            await link.DisposeAsync();
        }
        else if (!_endedByServer.Contains(recorded.Connection))
        {
            if (_state.Expects(ClientDifference.TokensAreAskedForAgain))
            {
                // The recorded client gives up by itself; ours asks its command again until the hub gives up.
                Assert.False(link.HasEnded);
                _state.Saw(ClientDifference.TokensAreAskedForAgain);
                await link.DisposeAsync();
                return;
            }

            await _state.UntilInTimeAsync(() => link.HasEnded, recorded);
            if (_state.IsStopping)
            {
                Assert.Equal(1001, link.Close?.CloseCode);
                _state.Saw(ClientDifference.StopIsOrderly);
            }
        }
    }

    private bool HasRecordedClose(RecordedEvent recorded) =>
        _recording.Events.Any(other => other.Connection == recorded.Connection && other is { IsFromClient: true, Frame.Message.Kind: WireKind.Close });

    private async Task SendAsync(RecordedEvent recorded, RecordedFrame frame)
    {
        if (!_links.TryGetValue(recorded.Connection, out var link) || frame.Message.Kind == WireKind.Pong) return;
        if (frame.Stream is { } id && frame.Event == "connect")
        {
            await ConnectAsync(frame, link, id);
            return;
        }

        if (frame.Stream is { } known && _streams.TryGetValue(known, out var stream))
        {
            if (frame.IsData) stream.Sent(frame.Data);
            if (frame.Event == "disconnect")
            {
                await _state.UntilAsync(() => stream.IsSettled, recorded, stream.ToString());
                stream.IsEndedByHub = true;
            }
        }

        await link.SendAsync(frame.Message);
    }

    private async Task ConnectAsync(RecordedFrame frame, ServerLink link, Guid id)
    {
        var stream = _streams[id] = new PlayedStream(link, link.Stream(id));
        var later = _recording.Events.Select(other => other.Frame).OfType<RecordedFrame>().Where(other => other.Stream == id);
        stream.IsRefused = _state.IsStopping || later.Any(other => (string?)other.Control?["reason"] == "dial_failed");
        await link.SendAsync(frame.Message);
        if (stream.IsRefused) return;
        stream.Local = new(await _settings.AcceptAsync(), _state.Changes);
    }

    private async Task ExpectAsync(RecordedEvent recorded, RecordedFrame frame)
    {
        if (frame.Token is { } token)
        {
            await ExpectTokenAsync(recorded, token);
            return;
        }

        var link = _links[recorded.Connection];
        switch (frame.Message.Kind)
        {
            case WireKind.Ping:
                var pings = _pings[recorded.Connection] = _pings.GetValueOrDefault(recorded.Connection) + 1;
                // Ours begins with one that the recorded client does not send: each recorded one is the next.
                await _state.UntilInTimeAsync(() => link.Pings > pings || (_state.IsStopping && link.HasEnded), recorded);
                break;
            case WireKind.Pong:
                await _state.UntilAsync(() => link.Pongs.Any(pong => pong.Payload.AsSpan().SequenceEqual(frame.Message.Payload)), recorded);
                break;
            case WireKind.Close:
                await _state.UntilAsync(() => link.Close is not null || link.HasEnded, recorded);
                Assert.Equal(frame.Message.CloseCode, link.Close?.CloseCode);
                break;
            default:
                if (frame.Stream is { } id && _streams.TryGetValue(id, out var stream)) await _expectations.ExpectAsync(recorded, frame, stream);
                else await _state.UntilAsync(() => link.Stream(frame.Stream.GetValueOrDefault()).Reasons.Contains((string?)frame.Control?["reason"] ?? ""), recorded);
                break;
        }
    }

    private async Task ExpectTokenAsync(RecordedEvent recorded, RecordedToken token)
    {
        if (!_links.TryGetValue(recorded.Connection, out var link))
        {
            await _state.UntilInTimeAsync(() => Unassigned(token) is not null, recorded);
            link = _links[recorded.Connection] = Unassigned(token) ?? throw new InvalidOperationException("No connection.");
        }

        if (_endedByServer.Contains(recorded.Connection)) return; // was sent in vain
        var count = _texts[recorded.Connection] = _texts.GetValueOrDefault(recorded.Connection) + 1;
        await _state.UntilInTimeAsync(() => link.Texts.Count >= count || link.HasEnded, recorded);
        Assert.True(link.Texts.Count >= count, $"{recorded}: the client ended the connection.");
        if (_tokens is not null || token.SignedWith.Contains("wrong", StringComparison.Ordinal)) return;
        var ours = RecordedToken.Verify(link.Texts[count - 1].Text);
        var theirs = JsonNode.Parse(token.Claims)?.AsObject() ?? [];
        Assert.Equal(Lifetime(theirs), Lifetime(ours));
        foreach (var claims in new[] { theirs, ours })
        {
            claims.Remove("iat");
            claims.Remove("exp");
        }

        Assert.True(JsonNode.DeepEquals(theirs, ours), $"{recorded}: {ours.ToJsonString()}");
    }

    /// <summary>A connection whose first token names these hosts.</summary>
    private ServerLink? Unassigned(RecordedToken token)
    {
        var names = JsonNode.Parse(token.Claims)?["hostnames"]?.ToJsonString();
        return _listener.Links.FirstOrDefault(link => !_links.ContainsValue(link) && link.Texts.Count > 0
            && (_settings.Backends.Count == 1 || RecordedToken.Verify(link.Texts[0].Text)["hostnames"]?.ToJsonString() == names));
    }

    private static long Lifetime(JsonObject claims) => ((long?)claims["exp"] ?? 0) - ((long?)claims["iat"] ?? 0);
}
