using Nexus.SystemTests.Golden.Recordings;
using Nexus.SystemTests.Golden.Wire;

namespace Nexus.SystemTests.Golden.AsClient;

/// <summary>Plays the original client's side of a recording against our hub, and its users' side as an edge would.</summary>
internal sealed class HubReplay : IAsyncDisposable
{
    // In a pause of the recording, what was under way has arrived.
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    private readonly HubReplayState _state;
    private readonly ClientScript _client;
    private readonly ServerExpectations _server;
    private readonly HashSet<int> _refused = [];
    private readonly HashSet<int> _endedByServer = [];
    private int _asked; // of the authorizer's status, in the recording

    private HubReplay(Recording recording, IReadOnlyCollection<HubDifference> differences)
    {
        _state = new(recording, differences);
        _client = new(_state);
        _server = new(_state);
    }

    /// <summary>One recorded client is silent on purpose.</summary>
    private bool AnswersPings => _state.Recording.Name != "15f-server-ping-deadline";

    public static async Task RunAsync(string name, params HubDifference[] differences)
    {
        var recording = Recording.Load(name);
        await using var replay = new HubReplay(recording, differences);
        replay._state.Status = await StatusPeer.StartAsync(recording, replay._state.Changes);
        await replay.StartHubAsync();
        foreach (var recorded in recording.Events)
        {
            if (recorded.Offset - replay._state.Clock.Elapsed > s_pause) await replay.SettleAsync(recorded);
            replay._state.Clock.Follow(recorded.Offset);
            await replay.PlayAsync(recorded);
        }

        await replay.FinishAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var link in _state.Links.Values) await link.DisposeAsync();
        foreach (var stream in _state.Streams.Values) await stream.DisposeAsync();
        if (_state.Hub is { } hub) await hub.DisposeAsync();
        if (_state.Status is { } status) await status.DisposeAsync();
    }

    private async Task StartHubAsync()
    {
        var settings = HubSettings.From(_state.Recording);
        _state.Status?.AddTo(settings);
        _state.Hub = await ReplayedHub.StartAsync(settings, _state.Clock);
    }

    private async Task PlayAsync(RecordedEvent recorded)
    {
        if (_refused.Contains(recorded.Connection)) return;
        switch (recorded.Kind)
        {
            case "conn_open":
                await DialAsync(recorded);
                break;
            case "upgrade_request":
                await _state.Link(recorded).Wire.SendRawAsync(Head(recorded), TestContext.Current.CancellationToken);
                break;
            case "upgrade_response":
                await ExpectAnswerAsync(recorded);
                break;
            case "frame" when recorded.Frame is { } frame:
                await (recorded.IsFromClient ? _client.PlayAsync(recorded, frame) : _server.ExpectAsync(recorded, frame));
                break;
            case "stream_end" when recorded.IsFromClient:
                await _client.EndAsync(recorded, _endedByServer.Contains(recorded.Connection));
                break;
            case "stream_end" when !_state.Link(recorded).IsCut:
                _endedByServer.Add(recorded.Connection);
                await _server.ExpectEndAsync(recorded);
                break;
            case "action":
                await ActAsync(recorded);
                break;
        }
    }

    private async Task DialAsync(RecordedEvent recorded)
    {
        if (_state.Hub is { } hub && !_state.IsStopping)
        {
            _state.Links[recorded.Connection] = new BackendLink(await hub.DialAsync(), !_state.Recording.IsClientScripted, AnswersPings, _state.Changes);
        }
        else
        {
            _refused.Add(recorded.Connection); // recorded while the server was down
        }
    }

    private async Task ExpectAnswerAsync(RecordedEvent recorded)
    {
        var link = _state.Link(recorded);
        var head = await link.Wire.ReadHeadAsync(TestContext.Current.CancellationToken);
        Assert.NotNull(head);
        var ours = head.Split("\r\n");
        var status = StartLine(recorded).Split(' ')[1];
        Assert.Equal(status, ours[0].Split(' ')[1]);
        if (status != "101")
        {
            Assert.Equal(Header(Headers(recorded), "Sec-WebSocket-Version"), Header(ours.Skip(1), "Sec-WebSocket-Version"));
            return;
        }

        Assert.Equal(Headers(recorded).Order(StringComparer.OrdinalIgnoreCase), ours.Skip(1).Order(StringComparer.OrdinalIgnoreCase), StringComparer.OrdinalIgnoreCase);
        link.Start();
    }

    private async Task ActAsync(RecordedEvent recorded)
    {
        var slow = _state.SlowUser ?? (_state.Streams.Count > 0 ? _state.Streams.Values.Last() : null);
        switch (recorded.Actor, recorded.What)
        {
            case ("slow user", "stall"):
                _state.SlowUser = slow;
                slow?.User.Stall();
                break;
            case ("slow user", "resume"):
                slow?.User.Resume();
                break;
            case ("scripted client", "sends 400 messages") when slow is not null:
                await OverrunAsync(slow);
                break;
            case (StatusPeer.Actor, _) when _state.Status is { } status:
                _asked++;
                await _state.UntilInTimeAsync(() => status.Requests >= _asked, recorded);
                Assert.Equal(_asked, status.Requests);
                break;
            case ("operator", "starts the server again"):
                await StopAsync();
                await StartHubAsync();
                break;
            case ("operator", var what) when what.StartsWith("SIGTERM to the server", StringComparison.Ordinal) || what.StartsWith("sends SIGTERM to the server", StringComparison.Ordinal):
                _state.IsStopping = true;
                _state.Hub?.BeginStop();
                break;
            case ("operator", "sends SIGKILL to the server"):
                await StopAsync();
                break;
        }
    }

    /// <summary>The recording keeps only the first three: what follows them is the same again, whatever the hub grants.</summary>
    private async Task OverrunAsync(ReplayedStream stream)
    {
        _state.SlowUser = stream;
        stream.User.Stall();
        var payload = new byte[32_785];
        payload[0] = 0x01;
        new Guid(stream.OnLink.Id).TryWriteBytes(payload.AsSpan(1), bigEndian: true, out _);
        for (var count = 0; count < 400; count++)
        {
            stream.SentBeyondCredits(payload.AsSpan(17));
            await stream.Link.SendAsync(new WireMessage(WireKind.Binary, payload));
        }
    }

    /// <summary>Time passes only for a hub that has everything: an answer still on its way would come too late.</summary>
    private async Task SettleAsync(RecordedEvent next)
    {
        foreach (var link in _state.Links.Values.Where(link => link.IsAlive)) await _state.ReachAsync(link, next);
        await _state.UntilAsync(() => _state.Streams.Values.Where(stream => stream != _state.SlowUser).All(stream => stream.IsFlushed), next, "(everything before it delivered)");
    }

    private async Task StopAsync()
    {
        if (_state.Hub is { } hub) await hub.DisposeAsync();
        _state.Hub = null;
        _state.IsStopping = false;
    }

    private async Task FinishAsync()
    {
        foreach (var stream in _state.Streams.Values) stream.User.Resume();
        foreach (var stream in _state.Streams.Values)
        {
            var isLost = stream.Link.HasEnded || stream.Link.IsCut;
            await _state.Changes.UntilAsync(() => stream.IsSettled(isLost), () => $"{_state.Recording.Name}: the end of {stream}");
            stream.Check(isLost);
            if (stream.IsDialFailure) _state.Saw(HubDifference.DialFailureIsSaid);
        }

        Assert.Empty(_state.Links.Values.SelectMany(link => link.Violations));
        Assert.Empty(_state.Unseen);
    }

    private static string StartLine(RecordedEvent recorded) => (string?)recorded.Line["start_line"] ?? "";

    private static IEnumerable<string> Headers(RecordedEvent recorded) => (recorded.Line["headers"]?.AsArray() ?? []).Select(header => $"{header?[0]}: {header?[1]}");

    private static string? Header(IEnumerable<string> headers, string name) =>
        headers.FirstOrDefault(header => header.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim();

    private static string Head(RecordedEvent recorded) => string.Join("\r\n", Headers(recorded).Prepend(StartLine(recorded))) + "\r\n\r\n";
}
