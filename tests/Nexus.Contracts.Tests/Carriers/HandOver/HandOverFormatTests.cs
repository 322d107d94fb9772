using System.Text;

namespace Nexus.Contracts.Carriers.HandOver;

public sealed class HandOverFormatTests
{
    public static TheoryData<byte[]> Messages =>
    [
        HandOverFormat.Hello("target"), HandOverFormat.Of(HandOverMessageKind.HelloOk), HandOverFormat.Of(HandOverMessageKind.HelloRefused),
        HandOverFormat.Of(HandOverMessageKind.Nop), HandOverFormat.Of(HandOverMessageKind.Ping), HandOverFormat.Of(HandOverMessageKind.Pong),
        Open(1, [1, 2, 3], [4]), HandOverFormat.Accepted(7), HandOverFormat.Refused(8, OpenRefusal.NotFound, "no_backend"), HandOverFormat.Ended(9, 10, 11, "backend_ended"),
        HandOverFormat.Fin(12, 13), HandOverFormat.Abort(14),
    ];

    [Theory]
    [MemberData(nameof(Messages))]
    public void EveryMessage_IsReadAsItsKind(byte[] message)
    {
        Assert.True(HandOverFormat.TryRead(message, out var read));
        Assert.Equal(message[0], (byte)read.Kind);
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void EveryPrefix_IsNoneOrStillOne_AndNeverThrows(byte[] message)
    {
        for (var length = 0; length < message.Length; length++)
        {
            // Texts and first bytes may be shorter, nothing else.
            var isRead = HandOverFormat.TryRead(message.AsSpan(0, length), out var read);
            if (isRead) Assert.True(read.Kind is HandOverMessageKind.Hello or HandOverMessageKind.Refused or HandOverMessageKind.Ended or HandOverMessageKind.Open);
        }
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void EveryOtherByteAtAnyPlace_NeverThrows(byte[] message)
    {
        for (var place = 0; place < message.Length; place++)
        {
            var changed = message.ToArray();
            for (var value = 0; value <= byte.MaxValue; value++)
            {
                changed[place] = (byte)value;
                if (HandOverFormat.TryRead(changed, out var read) && read.Kind == HandOverMessageKind.Open) HandOverFormat.ReadRequest(read.Request);
            }
        }
    }

    [Fact]
    public void Open_HasItsThreeParts()
    {
        Assert.True(HandOverFormat.TryRead(Open(ulong.MaxValue, [1, 2, 3], [4, 5]), out var read));
        Assert.Equal(ulong.MaxValue, read.Id);
        Assert.Equal(Opens.Some, HandOverFormat.ReadRequest(read.Request));
        Assert.Equal([1, 2, 3], read.LastWords.ToArray());
        Assert.Equal([4, 5], read.Prelude.ToArray());
    }

    [Fact]
    public void Reports_HaveTheirNumbersAndWords()
    {
        Assert.True(HandOverFormat.TryRead(HandOverFormat.Ended(9, 10, long.MaxValue, "backend_ended"), out var ended));
        Assert.Equal((9ul, 10L, long.MaxValue, "backend_ended"), (ended.Id, ended.BytesFromUser, ended.BytesToUser, Encoding.ASCII.GetString(ended.Text)));
        Assert.True(HandOverFormat.TryRead(HandOverFormat.Fin(9, long.MaxValue), out var fin));
        Assert.Equal((9ul, long.MaxValue), (fin.Id, fin.Bytes));
        Assert.False(HandOverFormat.TryRead(HandOverFormat.Fin(9, -1), out _));
        Assert.True(HandOverFormat.TryRead(HandOverFormat.Refused(8, OpenRefusal.Unavailable, new string('x', 1000)), out var refused));
        Assert.Equal((8ul, OpenRefusal.Unavailable, HandOverLimits.MaxDetail), (refused.Id, refused.Refusal, refused.Text.Length));
    }

    [Theory]
    [InlineData(HandOverLimits.MaxLastWords, HandOverLimits.MaxPrelude, true)]
    [InlineData(HandOverLimits.MaxLastWords + 1, 0, false)]
    [InlineData(0, HandOverLimits.MaxPrelude + 1, false)]
    public void Size_OfWhatIsTooLong_IsZero(int lastWords, int prelude, bool fits)
    {
        var size = HandOverFormat.SizeOfOpen(Opens.Some, lastWords, prelude);
        Assert.Equal(fits, size > 0);
        Assert.InRange(size, 0, HandOverLimits.MaxRequest);
    }

    [Fact]
    public void Message_BehindWhichSomethingFollows_IsNone()
    {
        Assert.False(HandOverFormat.TryRead([.. HandOverFormat.Accepted(1), 0], out _));
        Assert.False(HandOverFormat.TryRead([.. HandOverFormat.Of(HandOverMessageKind.Ping), 0], out _));
        Assert.False(HandOverFormat.TryRead(HandOverFormat.Accepted(0), out _)); // no stream has this number
    }

    private static byte[] Open(ulong id, byte[] lastWords, byte[] prelude)
    {
        var message = new byte[HandOverFormat.SizeOfOpen(Opens.Some, lastWords.Length, prelude.Length)];
        HandOverFormat.WriteOpen(message, id, Opens.Some, lastWords, prelude);
        return message;
    }
}
