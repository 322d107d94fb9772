using Nexus.Client.Streams;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Multiplexing;
using Nexus.Protocol.WebSockets;
using Nexus.Testing;

namespace Nexus.Client.Tests.Streams;

public sealed class ForwardGrantsTests
{
    [Fact]
    public async Task Pause_AndAConsumerThatTakesEverythingMeanwhile_NoPauseIsLeft()
    {
        const int Frames = 50_000;
        var waiting = 0;
        var writer = new SessionWriter(Stream.Null, new() { Role = WebSocketRole.Client }, TimeProvider.System);
        var lane = new SendLane(writer, StreamId.New(), new DatagramQueue(1, 1), UnlimitedCredits.Instance);
        var grants = new ForwardGrants(lane, new() { HighWaterMark = 2, LowWaterMark = 1, MaxBuffer = 64 }, () => Volatile.Read(ref waiting), () => Volatile.Read(ref waiting) > 0);
        var consuming = Task.Factory.StartNew(Consume, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        for (var i = 0; i < Frames; i++)
        {
            Interlocked.Increment(ref waiting);
            grants.Queued();
        }

        await consuming.BoundedAsync();
        Assert.False(grants.IsPaused);

        void Consume()
        {
            for (var i = 0; i < Frames; i++)
            {
                SpinWait.SpinUntil(() => Volatile.Read(ref waiting) > 0);
                Interlocked.Decrement(ref waiting);
                grants.Consumed(1);
            }
        }
    }
}
