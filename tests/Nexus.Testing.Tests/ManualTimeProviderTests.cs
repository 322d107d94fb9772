namespace Nexus.Testing.Tests;

public sealed class ManualTimeProviderTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void Timers_DueTogether_FireInTheOrderOfDueTimeThenArming()
    {
        var fired = new List<string>();
        using var late = _time.CreateTimer(_ => fired.Add("late"), null, TimeSpan.FromSeconds(3), Timeout.InfiniteTimeSpan);
        using var first = _time.CreateTimer(_ => fired.Add("first"), null, TimeSpan.FromSeconds(2), Timeout.InfiniteTimeSpan);
        using var second = _time.CreateTimer(_ => fired.Add("second"), null, TimeSpan.FromSeconds(2), Timeout.InfiniteTimeSpan);

        _time.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal(["first", "second", "late"], fired);
        Assert.Equal(0, _time.ArmedTimers);
    }

    [Fact]
    public void Timer_Callback_SeesItsOwnDueTime()
    {
        var start = _time.GetUtcNow();
        var seen = new List<TimeSpan>();
        using var timer = _time.CreateTimer(_ => seen.Add(_time.GetUtcNow() - start), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));

        _time.Advance(TimeSpan.FromSeconds(6));

        Assert.Equal([TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(5)], seen);
        Assert.Equal(TimeSpan.FromSeconds(6), _time.GetUtcNow() - start);
    }

    [Fact]
    public void Timer_ArmedByACallback_FiresInTheSameAdvance()
    {
        var fired = 0;
        ITimer? inner = null;
        using var outer = _time.CreateTimer(
            _ => inner = _time.CreateTimer(_ => fired++, null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);

        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(1, fired);
        inner?.Dispose();
    }

    [Fact]
    public async Task Delay_Advanced_Completes()
    {
        var delay = Task.Delay(TimeSpan.FromMinutes(1), _time, TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.False(delay.IsCompleted);

        _time.Advance(TimeSpan.FromSeconds(1));
        await delay.BoundedAsync();
    }

    [Fact]
    public async Task PeriodicTimer_Advanced_TicksOncePerPeriod()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(5), _time);
        for (var tick = 0; tick < 3; tick++)
        {
            var next = timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
            Assert.False(next.IsCompleted);
            _time.Advance(TimeSpan.FromSeconds(5));
            Assert.True(await next.BoundedAsync());
        }
    }

    [Fact]
    public void CancellationSource_RearmedBeforeItsTime_FiresAtTheNewTime()
    {
        using var source = new CancellationTokenSource(TimeSpan.FromSeconds(10), _time);
        _time.Advance(TimeSpan.FromSeconds(9));
        source.CancelAfter(TimeSpan.FromSeconds(10));
        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.False(source.IsCancellationRequested);

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(source.IsCancellationRequested);
    }

    [Fact]
    public async Task WaitForTimer_ArmedLater_Completes()
    {
        var armed = _time.WaitForTimerAsync(TimeSpan.FromSeconds(7), TestContext.Current.CancellationToken);
        Assert.False(armed.IsCompleted);

        using var timer = _time.CreateTimer(_ => { }, null, TimeSpan.FromSeconds(7), Timeout.InfiniteTimeSpan);
        await armed.BoundedAsync();
    }
}
