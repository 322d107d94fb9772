using Nexus.SystemTests.Golden.Recordings;
using Nexus.SystemTests.Golden.Wire;

namespace Nexus.SystemTests.Golden.AsServer;

/// <summary>The clock, the waiting and the expected differences of one replay against the client.</summary>
internal sealed class ClientReplayState(Recording recording, IReadOnlyCollection<ClientDifference> expected)
{
    private readonly HashSet<ClientDifference> _seen = [];

    public Changes Changes { get; } = new();

    public RecordingClock Clock { get; } = new(recording.Start);

    /// <summary>Whether the client was told to leave.</summary>
    public bool IsStopping { get; set; }

    public IEnumerable<ClientDifference> Unseen => expected.Except(_seen);

    public bool Expects(ClientDifference difference) => expected.Contains(difference);

    /// <summary>Notes that the client differed as it should.</summary>
    public void Saw(ClientDifference difference)
    {
        Assert.True(Expects(difference), $"{difference} is not listed for {recording.Name}.");
        _seen.Add(difference);
    }

    /// <summary>Waits for something that the client does on its own account.</summary>
    public Task UntilAsync(Func<bool> isSo, RecordedEvent recorded, string more = "") =>
        Changes.UntilAsync(isSo, () => $"{recording.Name}: {recorded} {more}");

    /// <summary>Waits for something that the client does by time.</summary>
    public Task UntilInTimeAsync(Func<bool> isSo, RecordedEvent recorded) =>
        Changes.UntilAsync(isSo, () => $"{recording.Name}: {recorded} (at {Clock.Elapsed})", Clock.Nudge);
}
