using System.Text;
using Nexus.Protocol.Backend;
using Nexus.Testing;

namespace Nexus.Protocol.Tests.Backend;

public sealed class StreamIdTests
{
    private const string Text = "00112233-4455-6677-8899-aabbccddeeff";

    private static readonly byte[] s_bytes = Convert.FromHexString("00112233445566778899aabbccddeeff");

    [Theory]
    [InlineData(Text)]
    [InlineData("00112233-4455-6677-8899-AABBCCDDEEFF")]
    [InlineData("00112233445566778899aAbBcCdDeEfF")]
    [InlineData("{00112233-4455-6677-8899-aabbccddeeff}")]
    [InlineData("urn:uuid:00112233-4455-6677-8899-aabbccddeeff")]
    [InlineData("URN:UUID:00112233-4455-6677-8899-AABBCCDDEEFF")]
    [Statement("client 73")]
    public void TryParse_EveryAcceptedForm_IsInNetworkOrder(string text)
    {
        Assert.True(StreamId.TryParse(Encoding.UTF8.GetBytes(text), out var id));
        var bytes = new byte[StreamId.Size];
        id.Write(bytes);
        Assert.Equal(s_bytes, bytes);
        Assert.Equal(StreamId.Read(s_bytes), id);
        Assert.Equal(Text, id.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("00112233-4455-6677-8899-aabbccddeef")]
    [InlineData("00112233-4455-6677-8899-aabbccddeefg")]
    [InlineData("00112233_4455-6677-8899-aabbccddeeff")]
    [InlineData("{00112233-4455-6677-8899-aabbccddeeff)")]
    [InlineData("{00112233445566778899aabbccddeeff}")]
    [InlineData("urn:uuix:00112233-4455-6677-8899-aabbccddeeff")]
    [InlineData(" 00112233-4455-6677-8899-aabbccddeeff")]
    [InlineData("0x112233-4455-6677-8899-aabbccddeeff0")]
    public void TryParse_AnythingElse_IsRefused(string text) => Assert.False(StreamId.TryParse(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void TryFormat_NoRoom_IsFalse() => Assert.False(StreamId.New().TryFormat(new byte[35], out _));

    [Fact]
    public void New_IsARandomVersion4Id()
    {
        var text = StreamId.New().ToString();
        Assert.Equal('4', text[14]);
        Assert.Contains(text[19], "89ab");
        Assert.NotEqual(StreamId.New(), StreamId.New());
    }

    [Fact]
    public void ParseAndFormat_AllocateNothing()
    {
        var utf8 = Encoding.UTF8.GetBytes(Text);
        Assert.Equal(0, Allocations.PerThousand(() => Assert.True(StreamId.TryParse(utf8, out var id) && id.TryFormat(utf8, out _))));
    }

    [Fact]
    public void TryParse_MutatedText_NeverThrows()
    {
        var random = new Random(20_263);
        for (var i = 0; i < Fuzz.Inputs; i++)
        {
            var text = Fuzz.Mutate(random, Encoding.UTF8.GetBytes(Text));
            Assert.True(!StreamId.TryParse(text, out var id) || id.ToString().Equals(Encoding.UTF8.GetString(text), StringComparison.OrdinalIgnoreCase));
        }
    }
}
