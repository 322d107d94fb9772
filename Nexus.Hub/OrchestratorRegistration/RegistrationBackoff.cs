namespace Nexus.Hub.OrchestratorRegistration;

/// <summary>The waits between attempts that failed: 5 s, doubling up to 120 s, 20 % more or less so that hubs do not come in step.</summary>
internal sealed class RegistrationBackoff(Random random)
{
    private const double Jitter = 0.2;

    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(120);

    private TimeSpan _next = s_first;

    public void Reset() => _next = s_first;

    public TimeSpan Next()
    {
        var wait = _next * (1 - Jitter + (2 * Jitter * random.NextDouble()));
        _next = _next * 2 < s_longest ? _next * 2 : s_longest;
        return wait;
    }

    /// <summary>A wait that was asked for is not cut short, only made longer.</summary>
    public TimeSpan AtLeast(TimeSpan asked) => asked * (1 + (Jitter * random.NextDouble()));
}
