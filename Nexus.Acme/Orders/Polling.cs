using Nexus.Acme.Problems;

namespace Nexus.Acme.Orders;

/// <summary>Asks again until something is done: as the authority says by Retry-After, else ever less often, and not for ever.</summary>
internal static class Polling
{
    private static readonly TimeSpan s_shortest = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(15);

    /// <param name="current">What is known; asked again only when it is not done.</param>
    /// <param name="isDone">Whether it is.</param>
    /// <param name="retryAfter">What the authority said with it.</param>
    /// <param name="read">Asks.</param>
    /// <param name="limit">How long.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="AcmeException"><see cref="AcmeErrorKind.StillProcessing"/>: it takes longer, or the authority wants it to.</exception>
    public static async Task<T> UntilAsync<T>(
        T current, Func<T, bool> isDone, Func<T, TimeSpan?> retryAfter, Func<CancellationToken, Task<T>> read, TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var pause = s_shortest;
        while (!isDone(current))
        {
            var told = retryAfter(current);
            var delay = told is null || told < s_shortest ? pause : told.Value;
            if (time.GetElapsedTime(began) + delay > limit)
                throw new AcmeException(AcmeErrorKind.StillProcessing, $"Asked for {time.GetElapsedTime(began).TotalSeconds:0} s") { RetryAfter = told };
            await Task.Delay(delay, time, cancellationToken).ConfigureAwait(false);
            pause = pause * 2 < s_longest ? pause * 2 : s_longest;
            current = await read(cancellationToken).ConfigureAwait(false);
        }

        return current;
    }
}
