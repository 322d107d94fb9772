using System.Runtime.InteropServices;

namespace Nexus.ServiceDefaults;

/// <summary>
/// Gives memory back to the system when a process has become quiet: what users leave behind when they go, and what starting and compiling
/// took. The runtime collects only when somebody allocates, and glibc keeps what a thread has freed for that thread: without this a tunnel
/// that nobody uses keeps the size of its busiest hour.
/// </summary>
/// <remarks>
/// For programs, not for libraries (the command line client compiles this file too, without the rest of this project): all of the process is collected, which stops its threads for some milliseconds. That is why it waits for an
/// interval in which next to nothing happened.
/// </remarks>
internal sealed partial class QuietMemory : IDisposable
{
    /// <summary>How often it looks, and how long the process must have been quiet.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>Processor time within one interval up to which the process counts as quiet: 2 % of a core.</summary>
    public static readonly TimeSpan QuietUse = Interval / 50;

    /// <summary>Bytes that must have been allocated since memory was last given back; else there is nothing to gain.</summary>
    public const long WorthWhile = 4 * 1024 * 1024;

    private readonly Func<TimeSpan> _processorTime;
    private readonly Func<long> _allocated;
    private readonly Action _giveBack;
    private readonly ITimer _timer;
    private TimeSpan _lastTime;
    private long _lastAllocated;

    /// <summary>Begins to look after this process. Stop it by disposing it.</summary>
    public QuietMemory(TimeProvider time)
        : this(time, static () => Environment.CpuUsage.TotalTime, static () => GC.GetTotalAllocatedBytes(), GiveBack)
    {
    }

    internal QuietMemory(TimeProvider time, Func<TimeSpan> processorTime, Func<long> allocated, Action giveBack)
    {
        ArgumentNullException.ThrowIfNull(time);
        (_processorTime, _allocated, _giveBack) = (processorTime, allocated, giveBack);
        _lastTime = processorTime();
        _timer = time.CreateTimer(static state => ((QuietMemory)state!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Rearm();
    }

    /// <inheritdoc />
    public void Dispose() => _timer.Dispose();

    private static void GiveBack()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        try
        {
            if (OperatingSystem.IsLinux()) _ = malloc_trim(0);
        }
        catch (EntryPointNotFoundException)
        {
            // Another C library than glibc: it has its own ways.
        }
        catch (DllNotFoundException)
        {
            // The same.
        }
    }

    // From one call to the next, not at a fixed rate: a process that was stopped for an hour has no hundred intervals to make up for.
    private void Rearm() => _timer.Change(Interval, Timeout.InfiniteTimeSpan);

    private void Look()
    {
        var now = _processorTime();
        var used = now - _lastTime;
        _lastTime = now;
        if (used <= QuietUse && _allocated() - _lastAllocated >= WorthWhile)
        {
            _giveBack();
            _lastAllocated = _allocated();
        }

        Rearm();
    }

    [LibraryImport("libc")]
    private static partial int malloc_trim(nint pad);
}
