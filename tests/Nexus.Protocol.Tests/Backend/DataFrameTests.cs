using Nexus.Protocol.Backend;
using Nexus.Testing;

namespace Nexus.Protocol.Tests.Backend;

public sealed class DataFrameTests
{
    private static readonly byte[] s_message = Convert.FromHexString("0100112233445566778899aabbccddeeff6869");

    [Fact]
    public void TryRead_GoldenVector_SplitsIdAndPayload()
    {
        Assert.True(DataFrame.TryRead(s_message, out var id, out var payload));
        Assert.Equal("00112233-4455-6677-8899-aabbccddeeff", id.ToString());
        Assert.Equal("hi"u8.ToArray(), payload.ToArray());
    }

    [Fact]
    public void WriteHeader_GoldenVector_IsEqualByteForByte()
    {
        var header = new byte[DataFrame.HeaderSize];
        DataFrame.WriteHeader(header, StreamId.Read(s_message.AsSpan(1)));
        Assert.Equal(s_message[..DataFrame.HeaderSize], header);
    }

    [Fact]
    public void TryRead_HeaderAlone_HasNoPayload()
    {
        Assert.True(DataFrame.TryRead(s_message.AsSpan(0, 17), out _, out var payload));
        Assert.True(payload.IsEmpty);
    }

    [Theory]
    [InlineData("")]
    [InlineData("01")]
    [InlineData("0100112233445566778899aabbccddee")]
    [InlineData("0200112233445566778899aabbccddeeff6869")]
    public void TryRead_ShortOrOtherMarker_IsFalse(string hex) => Assert.False(DataFrame.TryRead(Convert.FromHexString(hex), out _, out _));

    [Fact]
    public void MaxMessageSize_IsThePeersLimit() => Assert.Equal(32_785, DataFrame.MaxMessageSize);

    [Fact]
    public void ReadAndWrite_AllocateNothing()
    {
        var copy = s_message.ToArray();
        Assert.Equal(0, Allocations.PerThousand(() =>
        {
            Assert.True(DataFrame.TryRead(copy, out var id, out _));
            DataFrame.WriteHeader(copy, id);
        }));
    }

    [Fact]
    public void TryRead_RecordedMessages_GiveTheRecordedId()
    {
        var seen = 0;
        foreach (var frame in GoldenRecordings.Names.SelectMany(GoldenRecordings.Read).Where(line => (string?)line["decoded"]?["what"] == "data"))
        {
            var hex = (string?)frame["payload_hex"] ?? (string?)frame["payload_head_hex"] ?? "";
            Assert.True(DataFrame.TryRead(Convert.FromHexString(hex), out var id, out _));
            Assert.Equal((string?)frame["decoded"]?["client_id"], id.ToString());
            seen++;
        }

        Assert.True(seen > 1_000, $"{seen} recorded messages");
    }
}
