using System.Text;
using Nexus.Protocol.Backend;

namespace Nexus.Protocol.Tests.Backend;

public sealed class CloseTextTests
{
    [Theory]
    [InlineData("a", 123, 123)]
    [InlineData("a", 124, 123)]
    [InlineData("é", 62, 122)]
    [InlineData("€", 42, 123)]
    [InlineData("😀", 31, 120)]
    public void Truncate_LongText_EndsAtACharacterBoundary(string character, int count, int bytes)
    {
        var text = CloseText.Truncate(string.Concat(Enumerable.Repeat(character, count)));
        Assert.Equal(bytes, new UTF8Encoding(false, throwOnInvalidBytes: true).GetByteCount(text));
    }

    [Fact]
    public void Truncate_ShortText_IsTheSameInstance()
    {
        var text = new string('x', 20);
        Assert.Same(text, CloseText.Truncate(text));
    }

    [Fact]
    public void Truncate_RandomText_AlwaysFits()
    {
        var random = new Random(20_264);
        for (var i = 0; i < Fuzz.Inputs; i++)
        {
            var text = CloseText.Truncate(Fuzz.Text(random, 200));
            Assert.True(Encoding.UTF8.GetByteCount(text) <= CloseText.MaxBytes);
        }
    }
}
