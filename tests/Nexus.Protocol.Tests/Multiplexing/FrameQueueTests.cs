using System.Security.Cryptography;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Multiplexing;

namespace Nexus.Protocol.Tests.Multiplexing;

public sealed class FrameQueueTests
{
    [Fact]
    public void Frames_ComeOutAsTheyWentIn_AndNothingIsHeldThen()
    {
        var random = new Random(7);
        var queue = new FrameQueue();
        using var expected = new MemoryStream();
        using var actual = new MemoryStream();
        var (frames, cost) = (0, 0);
        for (var i = 0; i < 2_000; i++)
        {
            var payload = RandomNumberGenerator.GetBytes(random.Next(4) switch { 0 => random.Next(3), 1 => DataFrame.MaxPayload, _ => random.Next(DataFrame.MaxPayload) });
            queue.Append(payload, cost: 3);
            expected.Write(payload);
            while (random.Next(3) == 0 && TakeOut()) Assert.True(queue.HeldBytes <= (2 * queue.Bytes) + (2 * 32 * 1024));
        }

        while (TakeOut())
        {
            // Everything.
        }

        Assert.Equal(expected.ToArray(), actual.ToArray());
        Assert.Equal((2_000, 6_000), (frames, cost));
        Assert.Equal((0, 0, 0, true), (queue.Count, queue.Bytes, queue.HeldBytes, queue.IsEmpty));

        bool TakeOut()
        {
            if (!queue.TryPeek(out var frame)) return false;
            actual.Write(frame.Bytes.Span);
            frames += frame.IsEnd ? 1 : 0;
            cost += frame.Cost;
            queue.Advance(frame);
            return true;
        }
    }

    [Fact]
    public void Frame_LongerThanABlock_EndsOnce()
    {
        var queue = new FrameQueue();
        var payload = RandomNumberGenerator.GetBytes(200_000);
        queue.Append(payload, cost: 9);
        using var bytes = new MemoryStream();
        List<bool> ends = [];
        while (queue.TryPeek(out var piece))
        {
            Assert.Equal(1, queue.Count);
            bytes.Write(piece.Bytes.Span);
            ends.Add(piece.IsEnd);
            queue.Advance(piece);
        }

        Assert.Equal(payload, bytes.ToArray());
        Assert.Equal(ends.Count - 1, ends.IndexOf(true));
    }

    [Fact]
    public void Append_WhileTheFrontIsBeingWritten_LeavesItAsItIs()
    {
        var queue = new FrameQueue();
        queue.Append("first"u8, cost: 0);
        Assert.True(queue.TryPeek(out var frame));

        queue.Append("second"u8, cost: 0);

        Assert.Equal("first"u8.ToArray(), frame.Bytes.ToArray());
        queue.Advance(frame);
        Assert.True(queue.TryPeek(out frame));
        Assert.Equal("second"u8.ToArray(), frame.Bytes.ToArray());
        queue.Clear();
        Assert.Equal((0, 0, 0), (queue.Count, queue.Bytes, queue.HeldBytes));
    }

    [Fact]
    public void FirstFrame_ThatIsShort_HoldsAShortBlock()
    {
        var queue = new FrameQueue();
        queue.Append("few"u8, cost: 0);

        Assert.Equal(4 * 1024, queue.HeldBytes);
        queue.Clear();
    }
}
