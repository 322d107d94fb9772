using Nexus.Protocol.Backend;
using Nexus.Protocol.Multiplexing;
using Nexus.Protocol.WebSockets;
using Nexus.Testing;

namespace Nexus.Protocol.Tests.Multiplexing;

public sealed class SessionWriterBudgetTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<WireFormat> Formats => [WireFormat.Backend, new PeerFormat()];

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Frames_InSteadyState_AllocateNothing(WireFormat format)
    {
        var sink = new CountingStream();
        var writer = new SessionWriter(sink, new() { Role = WebSocketRole.Client, MaxPayload = 16_384, Format = format }, TimeProvider.System);
        using var stop = new CancellationTokenSource();
        var lane = new SendLane(writer, StreamId.New(), new EndlessSource(), new CountedCredits(long.MaxValue));
        lane.OpenSilently();
        var running = lane.RunAsync(Token);
        long before = 0, after = 0, framesBefore = 0, framesAfter = 0;
        sink.OnWrite = total =>
        {
            if (total >= 16 << 20 && before == 0)
            {
                (before, framesBefore) = (GC.GetAllocatedBytesForCurrentThread(), lane.FramesSent);
            }
            else if (total >= 256 << 20 && after == 0)
            {
                (after, framesAfter) = (GC.GetAllocatedBytesForCurrentThread(), lane.FramesSent);
                stop.Cancel();
            }
        };

        await writer.RunAsync(stop.Token).BoundedAsync();
        await running.BoundedAsync();

        var perFrame = (after - before) / (double)(framesAfter - framesBefore);
        Assert.True(perFrame < 1, $"{perFrame} bytes per frame");
    }

    private sealed class CountingStream : MemoryStream
    {
        private long _total;

        public Action<long> OnWrite { get; set; } = _ => { };

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _total += buffer.Length;
            OnWrite(_total);
            return ValueTask.CompletedTask;
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
