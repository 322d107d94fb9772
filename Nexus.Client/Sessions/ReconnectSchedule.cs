namespace Nexus.Client.Sessions;

/// <summary>
/// When to dial again. Every delay is jittered, so that the clients of a hub that comes back do not return in one moment.
/// A failure that trying again soon may well cure (the hub is restarting) is retried every second or two at first; a hub that breaks off
/// what it has accepted is more likely full, with the clients of one that died, and is asked ever less often, so that it has time for those that
/// it takes; wrong credentials are retried more slowly, but for ever.
/// </summary>
internal sealed class ReconnectSchedule(Random random)
{
    /// <summary>No delay is longer.</summary>
    public static readonly TimeSpan Cap = TimeSpan.FromSeconds(60);

    // A restart of a hub takes seconds: this many attempts (about 15 s) come at most 2 s after one another.
    private const int QuickAttempts = 12;
    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_quick = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_busy = TimeSpan.FromSeconds(8); // 5,000 clients are then 1,250 attempts a second
    private static readonly TimeSpan s_authenticationFirst = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan s_healthy = TimeSpan.FromSeconds(10);

    private int _transient;
    private int _shortSessions;
    private int _authentication;

    /// <summary>Failures in a row, of any kind.</summary>
    public int Failures { get; private set; }

    /// <summary>
    /// Whether the next attempt may follow a session of this length without a pause. A second short one in a row gets none: a hub
    /// that takes everybody and drops them at once would be asked without end.
    /// </summary>
    public bool MayReturnAtOnce(TimeSpan lifetime)
    {
        _shortSessions = lifetime >= s_healthy ? 0 : _shortSessions + 1;
        return _shortSessions < 2;
    }

    /// <summary>A session has lasted: everything starts anew, and the next attempt comes at once.</summary>
    public void SessionLasted() => (_transient, _authentication, Failures) = (0, 0, 0);

    /// <summary>The network came back: what failed without it says nothing about the hub.</summary>
    public void NetworkReturned() => _transient = 0;

    /// <summary>How long to wait after this failure.</summary>
    public TimeSpan NextDelay(NexusConnectError error)
    {
        Failures++;
        return error switch
        {
            NexusConnectError.RateLimited => Cap,
            // Never at once: half of the limit is certain, the other half is jitter.
            NexusConnectError.AuthenticationFailed => AuthenticationDelay(),
            NexusConnectError.NetworkFailed => random.NextDouble() * BusyLimit(_transient++),
            _ => random.NextDouble() * TransientLimit(_transient++),
        };
    }

    /// <summary>Longest delay after the n-th (from 0) failure that may pass by itself.</summary>
    internal static TimeSpan TransientLimit(int n) => n == 0 ? s_first : n < QuickAttempts ? s_quick : Grow(s_quick, n - QuickAttempts + 1);

    /// <summary>The same when the hub, or what stands before it, has broken off.</summary>
    internal static TimeSpan BusyLimit(int n)
    {
        if (n >= QuickAttempts) return Grow(s_busy, n - QuickAttempts + 1);
        var doubled = Grow(s_first, n);
        return doubled < s_busy ? doubled : s_busy;
    }

    private TimeSpan AuthenticationDelay()
    {
        var limit = Grow(s_authenticationFirst, ++_authentication);
        return (limit / 2) + (random.NextDouble() * limit / 2);
    }

    private static TimeSpan Grow(TimeSpan start, int doublings)
    {
        var grown = start * Math.Pow(2, Math.Min(doublings, 16));
        return grown < Cap ? grown : Cap;
    }
}
