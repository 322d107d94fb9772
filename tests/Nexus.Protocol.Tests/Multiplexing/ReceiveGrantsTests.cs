using Nexus.Protocol.Backend;
using Nexus.Protocol.Multiplexing;
using Nexus.Protocol.WebSockets;
using Nexus.Testing;

namespace Nexus.Protocol.Tests.Multiplexing;

public sealed class ReceiveGrantsTests
{
    [Fact]
    public async Task Pause_AndAConsumerThatTakesEverythingMeanwhile_NoPauseIsLeft()
    {
        const int Frames = 50_000;
        var level = new ManualLevel();
        var writer = new SessionWriter(Stream.Null, new() { Role = WebSocketRole.Client }, TimeProvider.System);
        var lane = new SendLane(writer, StreamId.New(), new DatagramQueue(1, 1), UnlimitedCredits.Instance);
        var grants = new ReceiveGrants(lane, level, window: 64, pauseAt: 2, resumeAt: 1);
        var consuming = Task.Factory.StartNew(Consume, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        for (var i = 0; i < Frames; i++)
        {
            Interlocked.Increment(ref level.Frames);
            grants.Queued();
        }

        await consuming.BoundedAsync();
        Assert.False(grants.IsPaused);

        void Consume()
        {
            for (var i = 0; i < Frames; i++)
            {
                SpinWait.SpinUntil(() => Volatile.Read(ref level.Frames) > 0);
                Interlocked.Decrement(ref level.Frames);
                grants.Consumed(1);
            }
        }
    }

    [Fact]
    public void Window_IsNarrow_WhileMemoryIsShort_AndWholeAfter()
    {
        var level = new ManualLevel { IsTight = true };
        var (lane, granted) = Recorder();
        var grants = new ReceiveGrants(lane, level, window: 64, pauseAt: 100, resumeAt: 50);

        Assert.Equal(12, grants.Open());
        for (var i = 0; i < 20; i++) grants.Consumed(1);
        Assert.Equal(16, granted()); // in batches; 12 are under way again, 4 of them not granted yet
        level.IsTight = false;
        grants.Consumed(1);

        Assert.Equal(20 + 1 + 52, granted());
    }

    [Fact]
    public void Window_IsWhole_WhenMemoryIsPlentiful_AndGetsNarrowWithWhatIsConsumed()
    {
        var level = new ManualLevel();
        var (lane, granted) = Recorder();
        var grants = new ReceiveGrants(lane, level, window: 64, pauseAt: 100, resumeAt: 50);

        Assert.Equal(64, grants.Open());
        level.IsTight = true;
        grants.Consumed(59);
        Assert.Equal(0, granted());
        grants.Consumed(1);

        Assert.Equal(8, granted());
    }

    private static (SendLane Lane, Func<long> Granted) Recorder()
    {
        var writer = new SessionWriter(Stream.Null, new() { Role = WebSocketRole.Client }, TimeProvider.System);
        var lane = new SendLane(writer, StreamId.New(), new DatagramQueue(1, 1), UnlimitedCredits.Instance);
        return (lane, () => lane.PendingGrant); // nobody sends them
    }
}
