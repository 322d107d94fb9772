namespace Nexus.ServiceDefaults.Tests;

public sealed class QuietMemoryTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly QuietMemory _memory;
    private TimeSpan _used;
    private long _allocated;
    private int _given;

    public QuietMemoryTests() => _memory = new QuietMemory(_time, () => _used, () => _allocated, () => _given++);

    public void Dispose() => _memory.Dispose();

    [Fact]
    public void Quiet_ProcessThatAllocated_GivesBackOnce()
    {
        _allocated = QuietMemory.WorthWhile;
        Pass(QuietMemory.QuietUse);
        Assert.Equal(1, _given);

        for (var i = 0; i < 10; i++) Pass(TimeSpan.Zero);
        Assert.Equal(1, _given);
    }

    [Fact]
    public void Busy_Process_IsLeftAlone_UntilItIsQuiet()
    {
        _allocated = 100 * QuietMemory.WorthWhile;
        for (var i = 0; i < 10; i++) Pass(QuietMemory.QuietUse + TimeSpan.FromMilliseconds(1));
        Assert.Equal(0, _given);

        Pass(TimeSpan.Zero);
        Assert.Equal(1, _given);
    }

    [Fact]
    public void Little_Allocated_IsNotWorthIt()
    {
        _allocated = QuietMemory.WorthWhile - 1;
        for (var i = 0; i < 10; i++) Pass(TimeSpan.Zero);
        Assert.Equal(0, _given);
    }

    [Fact]
    public void Disposed_DoesNothing()
    {
        _memory.Dispose();
        _allocated = 100 * QuietMemory.WorthWhile;
        Pass(TimeSpan.Zero);
        Assert.Equal(0, _given);
    }

    [Fact]
    public void Real_OneCollectsThisProcess()
    {
        using var real = new QuietMemory(_time);
        var garbage = MakeGarbage();
        // Other tests use the processor meanwhile: until an interval was quiet, or one that is as good.
        var before = GC.CollectionCount(GC.MaxGeneration);
        var isGone = Eventually(() => { _time.Advance(QuietMemory.Interval); return !garbage.IsAlive; });
        Assert.True(isGone);
        Assert.True(GC.CollectionCount(GC.MaxGeneration) > before);

        static WeakReference MakeGarbage() => new(new byte[3 * QuietMemory.WorthWhile]);
    }

    /// <summary>No time passes for the process between two looks, so that soon one of them sees next to no use of the processor.</summary>
    private static bool Eventually(Func<bool> condition)
    {
        for (var i = 0; i < 1_000; i++)
        {
            if (condition()) return true;
        }

        return false;
    }

    private void Pass(TimeSpan used)
    {
        _used += used;
        _time.Advance(QuietMemory.Interval);
    }
}
