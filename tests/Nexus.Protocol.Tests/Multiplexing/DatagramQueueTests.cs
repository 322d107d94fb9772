using Nexus.Protocol.Backend;
using Nexus.Protocol.Channels;
using Nexus.Protocol.Multiplexing;

namespace Nexus.Protocol.Tests.Multiplexing;

public sealed class DatagramQueueTests
{
    /// <summary>Strangers make as many of these as they like while a backend reads slowly: each would leave an end that has no bound.</summary>
    [Fact]
    public void Stream_ThatHadNoRoomToOpen_LeavesNothingBehind()
    {
        var queue = new DatagramQueue(maxBytes: 1_000, maxBytesPerStream: 1_000);
        var first = Open(queue, isOpened: true);
        while (queue.TrySend(first, new byte[100]))
        {
            // Until it is full.
        }

        for (var i = 0; i < 100; i++) queue.Finish(Open(queue, isOpened: false));

        var buffer = new byte[DataFrame.MaxMessageSize];
        var messages = 0;
        for (; queue.TryRead(buffer).Status == ChannelReadStatus.Data; messages++) Assert.NotEqual(0, buffer[0]);
        Assert.InRange(messages, 1, 10);
    }

    private static DatagramStream Open(DatagramQueue queue, bool isOpened)
    {
        var stream = new DatagramStream(StreamId.New());
        Assert.Equal(isOpened, queue.TryOpen(stream, new ControlMessage(ControlEvent.Connect, stream.StreamId) { Port = 53, ClientAddress = "192.0.2.1:5000" }));
        return stream;
    }
}
