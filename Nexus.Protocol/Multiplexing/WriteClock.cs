namespace Nexus.Protocol.Multiplexing;

/// <summary>How long the write under way has been going on.</summary>
internal sealed class WriteClock(TimeProvider time)
{
    private long _started; // timestamp, 0 when none is under way

    /// <summary>Zero when none is under way.</summary>
    public TimeSpan Elapsed
    {
        get
        {
            var started = Volatile.Read(ref _started);
            return started == 0 ? TimeSpan.Zero : time.GetElapsedTime(started);
        }
    }

    public void Begin()
    {
        if (Volatile.Read(ref _started) == 0) Volatile.Write(ref _started, Math.Max(1, time.GetTimestamp()));
    }

    public void End() => Volatile.Write(ref _started, 0);
}
