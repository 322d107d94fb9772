using Nexus.Protocol.Channels.Polling;
using Nexus.Testing;

namespace Nexus.Protocol.Tests.Channels.Polling;

public sealed class ReadinessTests
{
    [Fact]
    public void Wait_WhenNothingWasExhausted_IsOver() => Assert.True(new Readiness().WaitAsync(CancellationToken.None).AsTask().IsCompletedSuccessfully);

    [Fact]
    public async Task Wait_WhenExhausted_EndsWithTheNextEdgeOnItsThread()
    {
        var readiness = new Readiness();
        readiness.Exhausted(readiness.Edges);
        var thread = 0;
        var waiting = WaitAsync();

        Assert.False(waiting.IsCompleted);
        readiness.Signal();

        Assert.True(waiting.IsCompletedSuccessfully);
        Assert.Equal(Environment.CurrentManagedThreadId, thread);
        await waiting;

        async Task WaitAsync()
        {
            await readiness.WaitAsync(CancellationToken.None).ConfigureAwait(false);
            thread = Environment.CurrentManagedThreadId;
        }
    }

    [Fact]
    public void Exhausted_WithAnEdgeSinceItWasAsked_MeansAnotherAttempt()
    {
        var readiness = new Readiness();
        var before = readiness.Edges;
        readiness.Signal(); // data came while the system said "nothing"
        readiness.Exhausted(before);

        Assert.True(readiness.WaitAsync(CancellationToken.None).AsTask().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Wait_Cancelled_ThrowsAndTheNextWaitWorks()
    {
        var readiness = new Readiness();
        readiness.Exhausted(readiness.Edges);
        using var cancel = new CancellationTokenSource();
        var first = readiness.WaitAsync(cancel.Token).AsTask();

        await cancel.CancelAsync();

        var thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Equal(cancel.Token, thrown.CancellationToken);
        var second = readiness.WaitAsync(CancellationToken.None).AsTask();
        Assert.False(second.IsCompleted);
        readiness.Signal();
        await second.BoundedAsync();
    }

    [Fact]
    public async Task Wait_WithATokenThatHasFired_Throws()
    {
        var readiness = new Readiness();
        readiness.Exhausted(readiness.Edges);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await readiness.WaitAsync(new CancellationToken(true)));
    }

    [Fact]
    public async Task Close_EndsTheWaitAndAllLaterOnes()
    {
        var readiness = new Readiness();
        readiness.Exhausted(readiness.Edges);
        var waiting = readiness.WaitAsync(CancellationToken.None).AsTask();

        readiness.Close();

        await waiting.BoundedAsync();
        readiness.Exhausted(readiness.Edges);
        Assert.True(readiness.WaitAsync(CancellationToken.None).AsTask().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task EdgesAndCancellationsAtOnce_NoWaitIsLostOrEndsTwice()
    {
        var readiness = new Readiness();
        var stop = false;
        var signaller = Task.Run(() =>
        {
            while (!Volatile.Read(ref stop)) readiness.Signal();
        }, TestContext.Current.CancellationToken);

        for (var i = 0; i < 20_000; i++)
        {
            readiness.Exhausted(readiness.Edges);
            using var cancel = new CancellationTokenSource();
            var waiting = readiness.WaitAsync(cancel.Token).AsTask();
            if (i % 3 == 0) cancel.Cancel();
            await waiting.ContinueWith(static _ => { }, TaskScheduler.Default).BoundedAsync();
        }

        Volatile.Write(ref stop, true);
        await signaller.BoundedAsync();
    }
}
