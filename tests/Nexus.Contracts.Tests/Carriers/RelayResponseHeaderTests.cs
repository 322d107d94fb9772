using System.Buffers.Binary;
using Google.Protobuf;
using Nexus.Contracts.Streams.V1;

namespace Nexus.Contracts.Carriers;

/// <summary>Checked against the generated message: every legal form, however it arrives.</summary>
public sealed class RelayResponseHeaderTests
{
    private static readonly byte[] s_unknown = Convert.FromHexString("78FFFFFFFFFFFFFFFFFF01" + "790102030405060708" + "7A03AABBCC" + "7B1000" + "7C" + "7D01020304");

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(16_384)]
    [InlineData(RelayFrameFormat.BestData)]
    [InlineData(RelayFrameFormat.MaxData)]
    public void Usual_TheDataIsNotCollected(int length)
    {
        var data = new byte[length];
        Random.Shared.NextBytes(data);
        using var header = new RelayResponseHeader();

        Assert.Equal(data, Read(header, Message(new RelayResponse { Data = ByteString.CopyFrom(data) }.ToByteArray()), chunk: int.MaxValue));
        Assert.Equal(length - header.Lead.Length, header.Missing);
        Assert.InRange(header.Lead.Length, 0, 2);
    }

    [Fact]
    public void OneAfterTheOther_InPiecesOfEverySize_AreRead()
    {
        byte[] other = [.. s_unknown, .. new RelayResponse { Data = ByteString.CopyFromUtf8("other form") }.ToByteArray(), .. s_unknown];
        byte[] twice = [.. new RelayResponse { Data = ByteString.CopyFromUtf8("not this") }.ToByteArray(), .. new RelayResponse { Data = ByteString.CopyFromUtf8("last") }.ToByteArray()];
        byte[] longer = [0x0A, 0x84, 0x80, 0x80, 0x00, .. "data"u8];
        for (var chunk = 1; chunk < 64; chunk++)
        {
            using var header = new RelayResponseHeader();
            Assert.Equal("other form"u8.ToArray(), Read(header, Message(other), chunk));
            Assert.Equal("x"u8.ToArray(), Read(header, Message([0x0A, 0x01, (byte)'x']), chunk));
            Assert.Equal("last"u8.ToArray(), Read(header, Message(twice), chunk));
            Assert.Equal(Array.Empty<byte>(), Read(header, Message([]), chunk));
            Assert.Equal(Array.Empty<byte>(), Read(header, Message([0x0A, 0x00]), chunk));
            Assert.Equal("data"u8.ToArray(), Read(header, Message(longer), chunk));
        }
    }

    [Fact]
    public void EveryPrefixAndEveryChangedByte_AgreesWithProtobuf()
    {
        byte[] whole = [.. new RelayResponse { Data = ByteString.CopyFromUtf8("data") }.ToByteArray(), .. s_unknown];
        for (var length = 0; length <= whole.Length; length++) AssertAgree(whole[..length]);
        for (var position = 0; position < whole.Length; position++)
        {
            for (var value = 0; value < 256; value++)
            {
                var changed = (byte[])whole.Clone();
                changed[position] = (byte)value;
                AssertAgree(changed);
            }
        }
    }

    [Theory]
    [InlineData("01" + "00000001")] // compressed
    [InlineData("00" + "00020001")] // larger than two messages
    [InlineData("00" + "FFFFFFFF")]
    public void Prefix_ThatCannotBeRead_IsRefused(string prefix)
    {
        using var header = new RelayResponseHeader();

        Assert.Null(Read(header, Convert.FromHexString(prefix), chunk: 1));
    }

    [Fact]
    public void MoreDataThanTheLimit_IsRefused()
    {
        using var header = new RelayResponseHeader();

        Assert.Null(Read(header, Message(new RelayResponse { Data = ByteString.CopyFrom(new byte[RelayFrameFormat.MaxData + 1]) }.ToByteArray()), chunk: 1000));
    }

    private static void AssertAgree(byte[] message)
    {
        byte[]? expected;
        try
        {
            expected = RelayResponse.Parser.ParseFrom(message).Data.ToByteArray();
        }
        catch (InvalidProtocolBufferException)
        {
            expected = null;
        }

        using var header = new RelayResponseHeader();
        var actual = Read(header, Message(message), chunk: 7);
        Assert.True((expected is null) == (actual is null) && (expected ?? []).SequenceEqual(actual ?? []), Convert.ToHexString(message));
    }

    private static byte[] Message(byte[] content)
    {
        var message = new byte[5 + content.Length];
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), content.Length);
        content.CopyTo(message, 5);
        return message;
    }

    /// <summary>The data of one message; null when it is refused.</summary>
    private static byte[]? Read(RelayResponseHeader header, ReadOnlySpan<byte> message, int chunk)
    {
        header.Restart();
        while (!header.IsComplete)
        {
            var part = message[..Math.Min(Math.Min(chunk, message.Length), header.Free.Length)];
            part.CopyTo(header.Free);
            message = message[part.Length..];
            if (!header.TryAdvance(part.Length)) return null;
        }

        Assert.Equal(header.Missing, message.Length);
        return [.. header.Lead.Span, .. message];
    }
}
