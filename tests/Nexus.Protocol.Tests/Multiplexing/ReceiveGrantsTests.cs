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
        var grants = new ReceiveGrants(lane, level, pauseAt: 2, resumeAt: 1);
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
}
