namespace Nexus.SystemTests.Chaos;

/// <summary>What happens in which round: the same for the same seed, whatever the processes make of it.</summary>
/// <param name="seed">Of the sequence.</param>
/// <param name="parts">What may be hit.</param>
/// <param name="longest">No fault lasts longer.</param>
internal sealed class ChaosPlan(int seed, IReadOnlyList<ChaosPart> parts, TimeSpan longest)
{
    // Most are over before anybody has noticed one that is silent, some last until all have (12 to 15 s), and longer than a lease.
    private static readonly (int Percent, double Least, double Most)[] s_lengths = [(45, 0.2, 2), (40, 2, 6), (10, 6, 12), (5, 16, 20)];

    public IEnumerable<ChaosFault> Faults()
    {
        var random = new Random(seed);
        var kinds = parts.GroupBy(part => part.Kind).Select(kind => kind.ToList()).ToList();
        while (true)
        {
            var kind = kinds[random.Next(kinds.Count)];
            var part = kind[random.Next(kind.Count)];
            var fault = part.Faults[random.Next(part.Faults.Count)];
            yield return new(part, fault, LengthOf(random.Next(100), random.NextDouble()));
        }
    }

    private TimeSpan LengthOf(int percent, double share)
    {
        foreach (var (part, least, most) in s_lengths)
        {
            if ((percent -= part) < 0) return TimeSpan.FromSeconds(Math.Min(longest.TotalSeconds, least + (share * (most - least))));
        }

        return longest;
    }
}
