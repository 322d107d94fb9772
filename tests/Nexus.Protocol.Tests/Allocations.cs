namespace Nexus.Protocol.Tests;

/// <summary>Bytes that an operation allocates once it is warm.</summary>
internal static class Allocations
{
    private const int Rounds = 1_000;

    public static long PerThousand(Action operation)
    {
        for (var i = 0; i < Rounds; i++) operation();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Rounds; i++) operation();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
