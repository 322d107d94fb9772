using Nexus.Testing;

namespace Nexus.SystemTests.Golden.Recordings;

/// <summary>Moves the clock of what is tested along with the recording, so that a minute of silence takes no time.</summary>
internal sealed class RecordingClock(DateTimeOffset start)
{
    // What looks at the clock once per second looks at every second.
    private static readonly TimeSpan s_step = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_nudge = TimeSpan.FromMilliseconds(500);

    public ManualTimeProvider Time { get; } = new(start);

    /// <summary>How far the replay is; ahead of the recording where something had to be waited for.</summary>
    public TimeSpan Elapsed => Time.GetUtcNow() - start;

    public void Follow(TimeSpan offset)
    {
        while (Elapsed < offset) Time.Advance(Min(offset - Elapsed, s_step));
    }

    public void Nudge() => Time.Advance(s_nudge);

    public void Advance(TimeSpan by) => Follow(Elapsed + by);

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
