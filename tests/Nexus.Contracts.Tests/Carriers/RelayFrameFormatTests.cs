using Google.Protobuf;
using Grpc.Core;
using Nexus.Contracts.Streams.V1;

namespace Nexus.Contracts.Carriers;

/// <summary>Checked against the generated messages, which nothing else uses.</summary>
public sealed class RelayFrameFormatTests
{
    // Field 15: varint, fixed64, bytes, a group with a nested group, fixed32; a varint in ten bytes.
    private static readonly byte[] s_unknown = Convert.FromHexString(
        "78FFFFFFFFFFFFFFFFFF01" + "790102030405060708" + "7A03AABBCC" + "7B" + "1000" + "1B" + "12020102" + "1C" + "7C" + "7D01020304");

    [Theory]
    [InlineData(1)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(16_384)]
    [InlineData(RelayFrameFormat.BestData)]
    [InlineData(RelayFrameFormat.MaxData)]
    public void Written_Data_IsWhatProtobufWrites(int length)
    {
        var data = Enumerable.Range(0, length).Select(i => (byte)i).ToArray();
        var frame = new RelayFrame();
        frame.Borrow(data);
        var (request, response) = (new ArrayContext(), new ArrayContext());
        RelayFrameFormat.WriteRequest(frame, request);
        RelayFrameFormat.WriteResponse(frame, response);

        Assert.Equal(new RelayRequest { Data = ByteString.CopyFrom(data) }.ToByteArray(), request.Bytes.ToArray());
        Assert.Equal(new RelayResponse { Data = ByteString.CopyFrom(data) }.ToByteArray(), response.Bytes.ToArray());
    }

    [Fact]
    public void Written_MostAtOnce_FillsWholeHttp2Frames()
    {
        const int prefix = 5, frame = 16 * 1024;
        var outgoing = new RelayFrame();
        outgoing.Borrow(new byte[RelayFrameFormat.BestData]);
        var request = new ArrayContext();
        RelayFrameFormat.WriteRequest(outgoing, request);

        Assert.Equal(0, (prefix + request.Bytes.Length) % frame);
    }

    [Fact]
    public void Read_UnknownFieldsAround_AreSkipped()
    {
        byte[] message = [.. s_unknown, .. new RelayRequest { Data = ByteString.CopyFromUtf8("data") }.ToByteArray(), .. s_unknown];
        Assert.Equal("data", RelayRequest.Parser.ParseFrom(message).Data.ToStringUtf8());

        Assert.Equal("data"u8.ToArray(), RelayFrameFormat.ReadRequest(new ArrayContext(message).Received).Data.ToArray());
    }

    [Fact]
    public void Read_LengthInMoreBytesThanNeeded_IsLegal()
    {
        byte[] message = [0x12, 0x84, 0x80, 0x80, 0x00, .. "data"u8];

        Assert.Equal("data"u8.ToArray(), RelayFrameFormat.ReadRequest(new ArrayContext(message).Received).Data.ToArray());
    }

    [Fact]
    public void Read_OneofSetTwice_LastOneHolds()
    {
        var open = new RelayRequest { Open = Opens.Some.ToWire() }.ToByteArray();
        var data = new RelayRequest { Data = ByteString.CopyFromUtf8("data") }.ToByteArray();

        Assert.Null(RelayFrameFormat.ReadRequest(new ArrayContext([.. open, .. data]).Received).Open);
        Assert.Equal(Opens.Some.ToWire(), RelayFrameFormat.ReadRequest(new ArrayContext([.. data, .. open]).Received).Open);
    }

    [Fact]
    public void Read_EveryPrefixAndEveryChangedByte_AgreesWithProtobuf()
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

    [Fact]
    public void Read_MoreThanTheLimit_IsRefused()
    {
        var message = new RelayRequest { Data = ByteString.CopyFrom(new byte[RelayFrameFormat.MaxData + 1]) }.ToByteArray();

        var failure = Assert.Throws<RpcException>(() => RelayFrameFormat.ReadRequest(new ArrayContext(message).Received));
        Assert.Equal(StatusCode.InvalidArgument, failure.StatusCode);
    }

    private static void AssertAgree(byte[] message)
    {
        string? expected;
        try
        {
            expected = Convert.ToHexString(RelayResponse.Parser.ParseFrom(message).Data.Span);
        }
        catch (InvalidProtocolBufferException)
        {
            expected = null;
        }

        string? actual;
        try
        {
            var frame = RelayFrameFormat.ReadResponse(new ArrayContext(message).Received);
            actual = Convert.ToHexString(frame.Data.Span);
            frame.Release();
        }
        catch (RpcException)
        {
            actual = null;
        }

        Assert.True(expected == actual, $"{Convert.ToHexString(message)}: {expected ?? "malformed"} / {actual ?? "malformed"}");
    }
}
