using Nexus.Client.Tls;
using Nexus.Testing;

namespace Nexus.Client.Tests.Tls;

/// <summary>One process at a time gets certificates into a folder. Two locks are to each other as two processes are.</summary>
public sealed class StateLockTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTimeProvider _time = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AnotherProcess_WaitsAndIsToldWhy_UntilTheLastOfTheFirstHasLeft()
    {
        using var first = new StateLock(_folder.PathOf("state"), _time);
        using var other = new StateLock(_folder.PathOf("state"), _time);
        var one = await first.EnterAsync(NotWaiting, Stop).BoundedAsync();
        var two = await first.EnterAsync(NotWaiting, Stop).BoundedAsync();
        var told = 0;
        var waiting = other.EnterAsync(() => told++, Stop);
        one.Dispose();
        one.Dispose();
        await PassAsync();
        Assert.False(waiting.IsCompleted);
        two.Dispose();
        await PassAsync();
        using (await waiting.BoundedAsync()) Assert.True(told > 0);
        using var again = await first.EnterAsync(NotWaiting, Stop).BoundedAsync();
    }

    [Fact]
    public async Task Waiting_IsGivenUp_OthersOfTheProcessMayGoOn()
    {
        using var first = new StateLock(_folder.Path, _time);
        using var other = new StateLock(_folder.Path, _time);
        var held = await first.EnterAsync(NotWaiting, Stop).BoundedAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var waiting = other.EnterAsync(() => { }, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.BoundedAsync());
        held.Dispose();
        (await other.EnterAsync(NotWaiting, Stop).BoundedAsync()).Dispose();
    }

    public void Dispose() => _folder.Dispose();

    private static void NotWaiting() => Assert.Fail("It should be free.");

    private async Task PassAsync()
    {
        await _time.WaitForTimerWithinAsync(TimeSpan.FromSeconds(1), Stop).BoundedAsync();
        _time.Advance(TimeSpan.FromSeconds(1));
    }
}
