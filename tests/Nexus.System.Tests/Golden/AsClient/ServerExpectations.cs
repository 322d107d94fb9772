using System.Globalization;
using System.Text.Json.Nodes;
using Nexus.Contracts.Carriers;
using Nexus.SystemTests.Golden.Recordings;
using Nexus.SystemTests.Golden.Wire;

namespace Nexus.SystemTests.Golden.AsClient;

/// <summary>Holds what the hub sends against what the recorded server sent, with users who do what led to it.</summary>
internal sealed class ServerExpectations(HubReplayState state)
{
    private const string TcpClaim = "tcp:";

    // Words that make the original client give up (spec/node.md §1.9).
    private static readonly string[] s_traps = ["unauthorized", "invalid token", "invalid credential", "authentication failed", "forbidden", "401", "403", "rate limit"];

    private readonly Dictionary<int, int> _texts = [];
    private readonly Dictionary<int, int> _pings = [];
    private readonly Dictionary<int, int> _pongs = [];
    private readonly Dictionary<Guid, int> _clientPongs = [];

    public async Task ExpectAsync(RecordedEvent recorded, RecordedFrame frame)
    {
        var link = state.Link(recorded);
        if (link.IsCut) return; // was under way when the client left
        switch (frame.Message.Kind)
        {
            case WireKind.Text:
                await ExpectChallengeAsync(recorded, frame, link);
                break;
            case WireKind.Ping:
                var pings = Count(_pings, recorded.Connection);
                await state.UntilInTimeAsync(() => link.Pings >= pings, recorded);
                break;
            case WireKind.Pong:
                var pongs = Count(_pongs, recorded.Connection);
                await state.UntilAsync(() => link.Pongs.Count(pong => pong.Payload.AsSpan().SequenceEqual(frame.Message.Payload)) >= Math.Min(pongs, 1), recorded);
                break;
            case WireKind.Close:
                await ExpectCloseAsync(recorded, frame, link);
                break;
            default:
                await ExpectBinaryAsync(recorded, frame, link);
                break;
        }
    }

    /// <summary>The recorded server has ended the connection.</summary>
    public async Task ExpectEndAsync(RecordedEvent recorded)
    {
        var link = state.Link(recorded);
        await state.UntilInTimeAsync(() => link.HasEnded, recorded);
        if (state.Hub is null) return; // it was killed; here it can only be cut short
        var isRecordedClose = state.Recording.Events.Any(other => other.Connection == recorded.Connection && other is { IsFromClient: false, Frame.Message.Kind: WireKind.Close });
        if (state.IsStopping && state.Expects(HubDifference.StopDrains))
        {
            Assert.Equal(1001, link.Close?.CloseCode);
            state.Saw(HubDifference.StopDrains);
        }
        else if (!isRecordedClose && link.Close is { } close)
        {
            Assert.True(close.CloseCode is 1000 or 1001 or 1008, $"{recorded}: {close.CloseCode}");
            state.Saw(HubDifference.EndIsSaid);
        }
    }

    private static int Count(Dictionary<int, int> counts, int connection) => counts[connection] = counts.GetValueOrDefault(connection) + 1;

    private async Task ExpectChallengeAsync(RecordedEvent recorded, RecordedFrame frame, BackendLink link)
    {
        var count = Count(_texts, recorded.Connection);
        await state.UntilInTimeAsync(() => link.Texts.Count >= count || link.HasEnded, recorded);
        if (link.Texts.Count < count && state.Expects(HubDifference.UselessWildcardsAreRefused) && link.Close?.CloseReason.Contains("wildcard", StringComparison.Ordinal) == true)
        {
            state.Saw(HubDifference.UselessWildcardsAreRefused);
            return;
        }

        Assert.True(link.Texts.Count >= count, $"{recorded}: instead the hub closed: {link.Close?.CloseReason}");
        var ours = JsonNode.Parse(link.Texts[count - 1].Text)?.AsObject() ?? [];
        Assert.Equal((string?)frame.Control?["type"], (string?)ours["type"]);
        Assert.Equal(["nonce", "type"], ours.Select(pair => pair.Key).Order());
        var nonce = (string?)ours["nonce"] ?? "";
        Assert.Matches("^[A-Za-z0-9_-]{43}$", nonce);
        Assert.DoesNotContain(nonce, state.Nonces.Values);
        state.Nonces[(string?)frame.Control?["nonce"] ?? ""] = nonce;
        state.LastNonces[recorded.Connection] = nonce;
    }

    private async Task ExpectCloseAsync(RecordedEvent recorded, RecordedFrame frame, BackendLink link)
    {
        await state.UntilInTimeAsync(() => link.Close is not null || link.HasEnded, recorded);
        Assert.Equal(frame.Message.CloseCode, link.Close?.CloseCode);
        Assert.True(link.Close?.Payload.Length <= 125);
        if (frame.Message.CloseCode != 1008) return;
        Assert.NotEqual("", link.Close?.CloseReason);
        Assert.DoesNotContain(s_traps, trap => link.Close?.CloseReason.Contains(trap, StringComparison.OrdinalIgnoreCase) == true);
    }

    private async Task ExpectBinaryAsync(RecordedEvent recorded, RecordedFrame frame, BackendLink link)
    {
        var id = frame.Stream ?? throw new InvalidDataException(recorded.ToString());
        if (frame.Event == "connect")
        {
            await OpenAsync(recorded, frame, link, id);
            return;
        }

        var stream = state.Streams[id];
        switch (frame.Event)
        {
            case "disconnect":
                await EndAsync(recorded, stream);
                break;
            case "pong_client":
                var pongs = _clientPongs[id] = _clientPongs.GetValueOrDefault(id) + 1;
                await state.UntilAsync(() => stream.OnLink.AnsweredPings >= pongs, recorded);
                break;
            case "resume_stream":
                break; // counted, and checked at the end: its place is not compared
            default:
                stream.User.Send(frame.Data);
                await state.UntilAsync(() => stream.OnLink.ReceivedBytes >= stream.User.SentBytes || stream.OnLink.IsHeld || stream.IsEndedByBackend || link.HasEnded, recorded, stream.ToString());
                if (stream.OnLink.IsHeld && state.Hub is { } hub) await hub.RoundTripAsync();
                if (stream.OnLink.ReceivedBytes < stream.User.SentBytes && state.Expects(HubDifference.CreditsAreExact)) state.Saw(HubDifference.CreditsAreExact);
                break;
        }
    }

    private async Task OpenAsync(RecordedEvent recorded, RecordedFrame frame, BackendLink link, Guid id)
    {
        var connect = frame.Control ?? [];
        var address = (string?)connect["client_ip"] ?? "";
        var hostname = (string?)connect["hostname"] ?? "";
        var claimedPort = hostname.StartsWith(TcpClaim, StringComparison.Ordinal) ? int.Parse(hostname.AsSpan(TcpClaim.Length), CultureInfo.InvariantCulture) : 0;
        var hub = state.Hub ?? throw new InvalidOperationException("The hub is down.");
        var user = await hub.OpenAsync(new OpenStream
        {
            ClientAddress = address,
            LocalPort = (int?)connect["conn_port"] ?? 0,
            Host = claimedPort > 0 ? "" : hostname,
            ClaimedPort = claimedPort,
            IsTls = (bool?)connect["is_tls"] ?? false,
        });
        await state.UntilAsync(() => state.Links.Values.Any(any => any.Find(address) is not null), recorded);
        var ours = link.Find(address);
        Assert.True(ours is not null, $"{recorded}: it went to session {state.Links.First(pair => pair.Value.Find(address) is not null).Key}; this one: {link.Close?.CloseReason}\n{hub.LastWords}");
        Assert.Equal(WithoutId(connect), WithoutId(ours.Connect));
        state.Streams[id] = new ReplayedStream(link, ours, new ReplayedUser(user, state.Changes), state.Changes);
    }

    /// <summary>The recorded server has told the client that the user is gone. Ours does when the user goes.</summary>
    private async Task EndAsync(RecordedEvent recorded, ReplayedStream stream)
    {
        if (stream.IsEndedByBackend) return; // crossed the client's own
        if (state.Expects(HubDifference.HalfCloseKeepsTheAnswer))
        {
            await HalfCloseAsync(recorded, stream);
            return;
        }

        if (state.SlowUser != stream) await state.UntilAsync(() => stream.HasUserAll, recorded, stream.ToString());
        var endsByItself = state.Recording.Name is "05f-idle-timeout" or "15e-server-client-overrun" or "15d-server-edge-cases";
        if (endsByItself && stream.OnLink.IsHeld)
        {
            state.Clock.Advance(TimeSpan.FromSeconds(10));
            await state.RoundTripAsync(stream.Link, recorded);
            Assert.False(stream.OnLink.IsDisconnected, "A user whom the backend holds back is not idle.");
            state.Saw(HubDifference.HeldIsNotIdle);
            endsByItself = false;
        }

        stream.IsEndedByUser = true;
        if (!endsByItself) stream.User.Reset();
        await state.UntilInTimeAsync(() => stream.OnLink.IsDisconnected, recorded);
    }

    private async Task HalfCloseAsync(RecordedEvent recorded, ReplayedStream stream)
    {
        await stream.User.FinishAsync();
        await state.UntilInTimeAsync(() => stream.OnLink.IsHalfClosed, recorded); // told when the answer has been quiet for a second
        await state.RoundTripAsync(stream.Link, recorded);
        Assert.False(stream.OnLink.IsDisconnected, "A FIN of the user is no end.");
        stream.QueueData("the rest of the answer"u8);
        await state.UntilAsync(() => stream.HasUserAll, recorded, stream.ToString());
        state.Saw(HubDifference.HalfCloseKeepsTheAnswer);
    }

    /// <summary>Nor with what only ours says.</summary>
    private static string WithoutId(JsonObject connect) =>
        string.Join(", ", connect.Where(pair => pair.Key is not ("client_id" or "half_close")).OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value?.ToJsonString()}"));
}
