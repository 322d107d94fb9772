namespace Nexus.Client.Sessions;

/// <summary>
/// One kind of trouble with users' connections: worth a warning once in an interval, so that a service that is down does not fill
/// the log with its users.
/// </summary>
internal sealed class SeldomWarning(TimeProvider time)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(10);

    private long _told; // timestamp, 0 for never

    /// <summary>Whether this occasion is to be told: true once in 10 s.</summary>
    public bool IsDue()
    {
        var told = Volatile.Read(ref _told);
        if (told != 0 && time.GetElapsedTime(told) < s_interval) return false;
        return Interlocked.CompareExchange(ref _told, Math.Max(1, time.GetTimestamp()), told) == told;
    }
}
