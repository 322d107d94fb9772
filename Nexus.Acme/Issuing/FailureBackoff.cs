using Nexus.Acme.Problems;

namespace Nexus.Acme.Issuing;

/// <summary>How long to leave the authority alone after failures. Pure.</summary>
public static class FailureBackoff
{
    /// <summary>What an authority asks for is honoured up to here: a longer wait would leave a name without certificate because of one wrong number.</summary>
    public static readonly TimeSpan LongestRetryAfter = TimeSpan.FromDays(7);

    private const double Jitter = 0.2;
    private const int MaxDoublings = 20;

    /// <summary>The wait: doubled with each failure, a fifth more or less by chance, and never less than the authority asks for.</summary>
    /// <param name="failures">Failures in a row, this one included, from 1.</param>
    /// <param name="retry">What kind of failure the last one was.</param>
    /// <param name="retryAfter">What the authority asked for, or null.</param>
    /// <param name="chance">From 0 to 1, e.g. <see cref="Random.NextDouble"/>.</param>
    public static TimeSpan Delay(int failures, AcmeRetry retry, TimeSpan? retryAfter, double chance)
    {
        var (first, longest) = Range(retry);
        var doubled = first * Math.Pow(2, Math.Clamp(failures - 1, 0, MaxDoublings));
        var own = (doubled < longest ? doubled : longest) * (1 - Jitter + (2 * Jitter * Math.Clamp(chance, 0, 1)));
        var asked = retryAfter is { } told ? told < LongestRetryAfter ? told : LongestRetryAfter : TimeSpan.Zero;
        // Later than asked, by a little: everybody who was told the same time would come at once.
        return own > asked ? own : asked * (1 + (0.05 * Math.Clamp(chance, 0, 1)));
    }

    private static (TimeSpan First, TimeSpan Longest) Range(AcmeRetry retry) => retry switch
    {
        AcmeRetry.Soon => (TimeSpan.FromMinutes(1), TimeSpan.FromHours(1)),
        AcmeRetry.AfterRepair => (TimeSpan.FromMinutes(10), TimeSpan.FromHours(6)),
        AcmeRetry.Later => (TimeSpan.FromHours(1), TimeSpan.FromDays(1)),
        _ => (TimeSpan.FromHours(6), TimeSpan.FromDays(1)),
    };
}
