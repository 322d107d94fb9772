using System.Text;
using Nexus.SystemTests.Golden.Recordings;
using Nexus.SystemTests.Golden.Wire;

namespace Nexus.SystemTests.Golden.AsClient;

/// <summary>Sends what the recorded client sent: tokens for the hub's nonces, ids as the hub chose them.</summary>
internal sealed class ClientScript(HubReplayState state)
{
    private readonly HashSet<Guid> _granted = [];
    private readonly HashSet<int> _loggedIn = [];

    public async Task PlayAsync(RecordedEvent recorded, RecordedFrame frame)
    {
        var link = state.Link(recorded);
        if (state.Status is { } status) frame = status.Redirect(frame);
        var stream = frame.Stream is { } id ? state.Streams.GetValueOrDefault(id) : null;
        if (frame.Message.Kind == WireKind.Pong) return; // the connection answers by itself
        if (frame.Token?.Nonce is { } nonce && state.Nonces.TryGetValue(nonce, out var fresh))
        {
            await LogInAsync(recorded, link, new WireMessage(WireKind.Text, frame.Token.WithNonce(nonce, fresh)));
        }
        else if (frame.Token is { Header: "" } && frame.Message.Payload.Length > RecordedFrame.LongestStored)
        {
            var last = state.LastNonces.GetValueOrDefault(recorded.Connection, "");
            await link.SendAsync(new WireMessage(WireKind.Text, RecordedToken.MakeLong(state.Recording.Start, last, frame.Message.Payload.Length)));
        }
        else if (stream is not null && frame.IsData)
        {
            stream.Queue(frame);
        }
        else if (stream is not null && frame.Event.Length > 0)
        {
            await PlayControlAsync(link, stream, frame);
        }
        else
        {
            await link.SendAsync(frame.Message, wronglyMasked: !frame.IsMasked);
        }
    }

    /// <summary>Cuts the connection, as the recorded client did; what the hub had not objected to by then, it does not object to.</summary>
    public async Task EndAsync(RecordedEvent recorded, bool serverEndedFirst)
    {
        var link = state.Link(recorded);
        if (link.IsCut) return;
        if (!serverEndedFirst && link is { IsUpgraded: true, Close: null }) await state.RoundTripAsync(link, recorded);
        foreach (var stream in state.Streams.Values.Where(stream => stream.Link == link && stream is { IsEndedByUser: false, IsEndedByBackend: true }))
        {
            await state.UntilAsync(() => stream.IsSettled(isConnectionLost: false), recorded, stream.ToString());
        }

        await link.DisposeAsync();
        // A hub that has not noticed yet gives it users all the same, and that moves the others' turns.
        if (link.Session is { } session && session.Hub == state.Hub) await state.UntilAsync(() => session.HasEnded, recorded, "(the end of its session in the hub)");
    }

    /// <summary>Nothing answers the second token, so the hub's log tells when its session has begun.</summary>
    private async Task LogInAsync(RecordedEvent recorded, BackendLink link, WireMessage token)
    {
        var before = state.Hub?.SessionsBegun;
        await link.SendAsync(token);
        if (!_loggedIn.Add(recorded.Connection)) return;
        await state.UntilAsync(() => state.Hub?.SessionsBegun > before || link.Close is not null || link.HasEnded, recorded, "a session");
        if (state.Hub is { } hub && hub.SessionsBegun > before) link.Session = hub.LastSession;
        // The hub has asked the other sessions of the same routes for a sign of life. The clock stands still, so the sign needs a later moment.
        state.Clock.Advance(TimeSpan.FromMilliseconds(1));
        foreach (var other in state.Links.Values.Where(other => other.IsAlive))
        {
            await other.SendAsync(new WireMessage(WireKind.Pong, []));
            await state.RoundTripAsync(other, recorded);
        }
    }

    private async Task PlayControlAsync(BackendLink link, ReplayedStream stream, RecordedFrame frame)
    {
        var json = Encoding.UTF8.GetString(frame.Message.Payload.AsSpan(1));
        var recordedId = frame.Stream.GetValueOrDefault().ToString();
        var isUpperCase = json.Contains(recordedId.ToUpperInvariant(), StringComparison.Ordinal) && recordedId.Any(char.IsLetter);
        json = json.Replace(recordedId, isUpperCase ? stream.OnLink.Id.ToUpperInvariant() : stream.OnLink.Id, StringComparison.OrdinalIgnoreCase);
        switch (frame.Event)
        {
            case "disconnect":
                stream.QueueDisconnect(json);
                break;
            case "pause_stream":
                await link.SendControlAsync(json);
                await state.RoundTripAsync(link, state.Recording.Events[0]);
                stream.OnLink.Pausing();
                break;
            case "resume_stream":
                await GrantAsync(link, stream, frame, json);
                break;
            default:
                await link.SendControlAsync(json);
                break;
        }
    }

    private async Task GrantAsync(BackendLink link, ReplayedStream stream, RecordedFrame frame, string json)
    {
        var isFirst = frame.Credits > 0 && _granted.Add(frame.Stream.GetValueOrDefault());
        if (isFirst || frame.Credits == 0 || state.Recording.IsClientScripted)
        {
            await link.GrantAsync(stream.OnLink, frame.Credits, json);
            // What the user sends from here on meets a hub that has it.
            if (link.IsAlive) await state.RoundTripAsync(link, state.Recording.Events[0]);
        }

        if (state.Recording.IsClientScripted) return;
        while (stream.OnLink.TakeReplenishment() is > 0 and var credits)
        {
            await link.GrantAsync(stream.OnLink, credits, BackendLink.Grant(stream.OnLink.Id, credits));
        }
    }
}
