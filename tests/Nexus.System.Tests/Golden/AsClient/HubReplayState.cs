using Nexus.SystemTests.Golden.Recordings;
using Nexus.SystemTests.Golden.Wire;

namespace Nexus.SystemTests.Golden.AsClient;

/// <summary>What a replay against the hub knows: connections by their recorded number, streams by their recorded id.</summary>
internal sealed class HubReplayState(Recording recording, IReadOnlyCollection<HubDifference> expected)
{
    private readonly HashSet<HubDifference> _seen = [];

    public Recording Recording => recording;

    public Changes Changes { get; } = new();

    public RecordingClock Clock { get; } = new(recording.Start);

    /// <summary>Null while the hub is down.</summary>
    public ReplayedHub? Hub { get; set; }

    /// <summary>The authorizer's status address, when the recording has one.</summary>
    public StatusPeer? Status { get; set; }

    public bool IsStopping { get; set; }

    public Dictionary<int, BackendLink> Links { get; } = [];

    public Dictionary<Guid, ReplayedStream> Streams { get; } = [];

    /// <summary>The hub's nonces by the recorded ones.</summary>
    public Dictionary<string, string> Nonces { get; } = [];

    /// <summary>The hub's last nonce on each connection.</summary>
    public Dictionary<int, string> LastNonces { get; } = [];

    /// <summary>The user whom the recording makes slow.</summary>
    public ReplayedStream? SlowUser { get; set; }

    public IEnumerable<HubDifference> Unseen => expected.Except(_seen);

    public bool Expects(HubDifference difference) => expected.Contains(difference);

    /// <summary>Notes that the hub differed as it should.</summary>
    public void Saw(HubDifference difference)
    {
        Assert.True(Expects(difference), $"{difference} is not listed for {recording.Name}.");
        _seen.Add(difference);
    }

    public BackendLink Link(RecordedEvent recorded) => Links[recorded.Connection];

    /// <summary>Waits for something that the hub does on its own account.</summary>
    public Task UntilAsync(Func<bool> isSo, RecordedEvent recorded, string more = "") =>
        Changes.UntilAsync(isSo, () => $"{recording.Name}: {recorded} {more}\n{Hub?.LastWords}");

    /// <summary>Waits for something that the hub does by time.</summary>
    public Task UntilInTimeAsync(Func<bool> isSo, RecordedEvent recorded) =>
        Changes.UntilAsync(isSo, () => $"{recording.Name}: {recorded} (at {Clock.Elapsed})\n{Hub?.LastWords}", Clock.Nudge);

    /// <summary>A round trip after which everything sent before has been dealt with, and nothing ended the session.</summary>
    public async Task RoundTripAsync(BackendLink link, RecordedEvent recorded)
    {
        var isAnswered = await ReachAsync(link, recorded);
        Assert.True(isAnswered && !link.HasEnded, $"{recording.Name}: {recorded}: the hub ended the connection ({link.Close?.CloseCode} {link.Close?.CloseReason}).\n{Hub?.LastWords}");
    }

    /// <summary>The same where the hub may end the session for it: false then.</summary>
    public async Task<bool> ReachAsync(BackendLink link, RecordedEvent recorded)
    {
        var before = link.Pongs.Count;
        await link.SendAsync(new WireMessage(WireKind.Ping, "round trip"u8.ToArray()));
        await UntilAsync(() => link.Pongs.Count > before || !link.IsAlive, recorded, "a pong");
        return link.Pongs.Count > before;
    }
}
