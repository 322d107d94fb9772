namespace Nexus.Mesh.Peering.Links;

/// <summary>How long to wait before a peer is dialled again: up to a limit that doubles with each failure, with full jitter, so that a region does not come back at one moment.</summary>
/// <param name="least">The limit after the first failure.</param>
/// <param name="most">It grows no further.</param>
/// <param name="random">Where in it the pause ends.</param>
internal sealed class RedialPauses(TimeSpan least, TimeSpan most, Random random)
{
    private const int MaxDoublings = 30;

    /// <param name="failures">Before this one, in a row.</param>
    public TimeSpan After(int failures)
    {
        var limit = Math.Min(most.TotalMilliseconds, least.TotalMilliseconds * Math.Pow(2, Math.Min(failures, MaxDoublings)));
        return TimeSpan.FromMilliseconds(Math.Max(1, random.NextDouble() * limit));
    }
}
