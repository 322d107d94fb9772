using System.Runtime.InteropServices;

namespace Nexus.Benchmarks.Field;

/// <summary>Sleeps by the kernel's clock; <see cref="Thread.Sleep(int)"/> knows whole milliseconds only.</summary>
internal static partial class PreciseSleep
{
    /// <summary>Not at all for a time that has passed.</summary>
    public static void For(TimeSpan duration)
    {
        if (duration > TimeSpan.Zero) _ = SleepMicroseconds((uint)duration.TotalMicroseconds);
    }

    [LibraryImport("libc", EntryPoint = "usleep")]
    private static partial int SleepMicroseconds(uint count);
}
