using System.Runtime.InteropServices;

namespace Nexus.Protocol.Channels.Polling;

/// <summary>
/// A poller works for microseconds and then waits. Linux 6.12 and later let a thread say so (sched_setattr(2), <c>sched_runtime</c>: its
/// slice): it is then put before a thread that has a whole slice left, instead of waiting for the end of that slice while compilers or other
/// work of the machine use it. Its share of the processor stays the same, and no privilege is needed.
/// </summary>
internal static unsafe partial class PollerSchedule
{
    private const ulong SliceNanoseconds = 100_000; // the shortest that the system takes
    private const int AttributesSize = 48; // SCHED_ATTR_SIZE_VER0
    private const int RuntimeOffset = 24; // size, policy, flags, nice, priority

    private static nint GetNumber => RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 315 : 275; // SYS_sched_getattr

    private static nint SetNumber => RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 314 : 274; // SYS_sched_setattr

    /// <summary>Asks for a short slice for the calling thread. False when the system refuses; older ones accept and ignore it.</summary>
    public static bool TryShortenSlice()
    {
        // Everything else stays as it is, the niceness that somebody has given to the process above all.
        var attributes = stackalloc byte[AttributesSize];
        if (GetAttributes(GetNumber, 0, attributes, AttributesSize, 0) != 0) return false;
        *(ulong*)(attributes + RuntimeOffset) = SliceNanoseconds;
        return SetAttributes(SetNumber, 0, attributes, 0) == 0;
    }

    /// <summary>The slice of the calling thread; zero where the system has none to tell.</summary>
    public static TimeSpan ReadSlice()
    {
        var attributes = stackalloc byte[AttributesSize];
        if (GetAttributes(GetNumber, 0, attributes, AttributesSize, 0) != 0) return TimeSpan.Zero;
        return TimeSpan.FromTicks((long)*(ulong*)(attributes + RuntimeOffset) / TimeSpan.NanosecondsPerTick);
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint GetAttributes(nint number, nint thread, byte* attributes, nint size, nint flags);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SetAttributes(nint number, nint thread, byte* attributes, nint flags);
}
