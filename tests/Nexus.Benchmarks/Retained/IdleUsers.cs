using Nexus.Protocol.Multiplexing;
using Nexus.Testing;

namespace Nexus.Benchmarks.Retained;

/// <summary>What users cost who have said something, heard something, and stay: the growth of the managed heap, divided by their number.</summary>
internal static class IdleUsers
{
    /// <summary>In all. Those before the first round have the code compiled, the pools filled and the tables grown.</summary>
    public const int Total = WarmUps + (Rounds * Count);

    /// <summary>Bytes of blocks outside the heap that were in use while everybody was idle, at the worst of all measurements so far.</summary>
    public static long HeldOutside { get; private set; }

    private const int WarmUps = 256;
    private const int Rounds = 12; // in some a pool or a table grows, and seldom a pool lets go: the end of the least third counts
    private const int Count = 160;
    private const int Looks = 3;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);

    /// <param name="openAsync">Opens the next one, who stays, and returns when it has its answer.</param>
    public static async Task<double> MeasureAsync(Func<Task> openAsync)
    {
        for (var i = 0; i < WarmUps; i++) await openAsync();
        var rounds = new double[Rounds];
        for (var round = 0; round < Rounds; round++)
        {
            var before = await QuietAsync();
            for (var i = 0; i < Count; i++) await openAsync();
            rounds[round] = (await QuietAsync() - before) / (double)Count;
        }

        HeldOutside = Math.Max(HeldOutside, FrameMemory.Small.RentedBytes + FrameMemory.Large.RentedBytes);
        Array.Sort(rounds);
        return rounds[Rounds / 3];
    }

    /// <summary>The least of several looks: what is under way keeps something for a moment.</summary>
    private static async Task<long> QuietAsync()
    {
        using var pace = new PeriodicTimer(s_pause);
        var least = long.MaxValue;
        for (var i = 0; i < Looks; i++)
        {
            await pace.WaitForNextTickAsync();
            least = Math.Min(least, Heap.Alive());
        }

        return least;
    }
}
