using System.Buffers.Binary;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Peering;
using Nexus.Testing;

namespace Nexus.Protocol.Tests.Peering;

public sealed class PeerFrameTests
{
    private static readonly StreamId s_tunnel = StreamId.New();

    public static TheoryData<PeerCloseReason> Reasons => [.. Enum.GetValues<PeerCloseReason>()];

    [Theory]
    [InlineData(0L)]
    [InlineData(-1L)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    [InlineData(65L)]
    [InlineData(64L)]
    [Statement("node 119")]
    public void Credits_OutOfRange_CountAs64(long value)
    {
        var message = Message(PeerFrame.Credits, 8);
        BinaryPrimitives.WriteInt64BigEndian(message.AsSpan(PeerFrame.HeaderSize), value);

        Assert.True(PeerFrame.TryReadControl(message, out var control));
        Assert.Equal(new ControlMessage(ControlEvent.ResumeStream, s_tunnel) { Credits = 64 }, control);
    }

    [Fact]
    public void Credits_InRange_CountForThemselves()
    {
        var message = Message(PeerFrame.Credits, 8);
        message[^1] = 9;

        Assert.True(PeerFrame.TryReadControl(message, out var control));
        Assert.Equal(9, control.Credits);
    }

    [Theory]
    [MemberData(nameof(Reasons))]
    public void Close_WithReason_ComesBack(PeerCloseReason reason)
    {
        var message = Written(new(ControlEvent.Disconnect, s_tunnel) { Reason = reason.ToText() }, extended: true);

        Assert.Equal([.. Message(PeerFrame.Close), (byte)reason], message);
        Assert.True(PeerFrame.TryReadControl(message, out var control));
        Assert.Equal(reason, PeerCloseReasonText.Find(control.Reason));
    }

    [Fact]
    public void Close_WithAReasonOfALaterVersion_HasNone()
    {
        Assert.True(PeerFrame.TryReadControl([.. Message(PeerFrame.Close), 200], out var control));
        Assert.Equal(new ControlMessage(ControlEvent.Disconnect, s_tunnel), control);
    }

    [Fact]
    public void Extensions_AreNotWrittenForTheOriginal()
    {
        Assert.Equal(Message(PeerFrame.Close), Written(new(ControlEvent.Disconnect, s_tunnel) { Reason = PeerCloseReasonText.NoBackend }, extended: false));
        Assert.Empty(Written(new(ControlEvent.HalfClose, s_tunnel), extended: false));
        Assert.Equal(Message(PeerFrame.HalfClose), Written(new(ControlEvent.HalfClose, s_tunnel), extended: true));
    }

    [Theory]
    [InlineData(ControlEvent.PauseStream)]
    [InlineData(ControlEvent.ResumeStream)]
    [InlineData(ControlEvent.Disconnect)]
    [InlineData(ControlEvent.HalfClose)]
    public void Control_WrittenAndRead_IsTheSame(ControlEvent said)
    {
        Assert.True(PeerFrame.TryReadControl(Written(new(said, s_tunnel), extended: true), out var control));
        Assert.Equal(new ControlMessage(said, s_tunnel), control);
    }

    [Theory]
    [InlineData(ControlEvent.PingClient)]
    [InlineData(ControlEvent.PongClient)]
    [InlineData(ControlEvent.OutboundConnect)]
    [InlineData(ControlEvent.Unknown)]
    public void Control_WithoutAWordForIt_IsNothing(ControlEvent said) => Assert.Empty(Written(new(said, s_tunnel), extended: true));

    [Fact]
    [Statement("node 114")]
    public void EveryMessage_CutShort_IsIgnored()
    {
        for (byte marker = 0x10; marker <= 0x18; marker++)
        {
            var whole = Message(marker, 8);
            for (var length = 0; length < PeerFrame.HeaderSize; length++)
            {
                Assert.False(PeerFrame.TryReadData(whole.AsSpan(0, length), out _, out _));
                Assert.False(PeerFrame.TryReadControl(whole.AsSpan(0, length), out _));
            }

            Assert.Equal(marker is >= PeerFrame.Close and <= PeerFrame.HalfClose, PeerFrame.TryReadControl(whole, out _));
            Assert.Equal(marker == PeerFrame.Data, PeerFrame.TryReadData(whole, out _, out _));
        }

        Assert.False(PeerFrame.TryReadControl(Message(PeerFrame.Credits, 7), out _));
    }

    [Fact]
    public void Control_WrittenAndRead_AllocatesNothing()
    {
        var room = new byte[32];
        Assert.Equal(0, Allocations.PerThousand(() =>
        {
            PeerFrame.TryWriteControl(new(ControlEvent.ResumeStream, s_tunnel) { Credits = 8 }, true, room, out var length);
            PeerFrame.TryReadControl(room.AsSpan(0, length), out _);
            PeerFrame.TryWriteControl(new(ControlEvent.Disconnect, s_tunnel) { Reason = DisconnectReason.Normal }, true, room, out length);
            PeerFrame.TryReadControl(room.AsSpan(0, length), out _);
        }));
    }

    [Fact]
    public void Control_WithoutRoom_SaysSo() => Assert.False(PeerFrame.TryWriteControl(new(ControlEvent.Disconnect, s_tunnel), false, new byte[PeerFrame.HeaderSize - 1], out _));

    private static byte[] Written(in ControlMessage message, bool extended)
    {
        var room = new byte[32];
        Assert.True(PeerFrame.TryWriteControl(message, extended, room, out var length));
        return room[..length];
    }

    private static byte[] Message(byte marker, int more = 0)
    {
        var message = new byte[PeerFrame.HeaderSize + more];
        message[0] = marker;
        s_tunnel.Write(message.AsSpan(1));
        return message;
    }
}
