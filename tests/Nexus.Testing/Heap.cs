namespace Nexus.Testing;

/// <summary>The managed heap, for tests of what is left behind. It is everybody's: such tests run alone.</summary>
public static class Heap
{
    /// <summary>Bytes that are alive, after everything that is not has been collected.</summary>
    public static long Alive()
    {
        for (var i = 0; i < 2; i++) // what finalizers let go of is collected by the next round
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
