using Aspire.Hosting.Orchestration;

namespace StandIns.Aspire.Tests;

public sealed class BoundedLineReaderTests
{
    [Theory]
    [InlineData("", new string[0])]
    [InlineData("one", new[] { "one" })]
    [InlineData("one\ntwo\r\n\nfour\n", new[] { "one", "two", "", "four" })]
    public async Task Text_ComesInLines(string text, string[] expected) => Assert.Equal(expected, await ReadAllAsync(text));

    [Fact]
    public async Task LineWithoutEnd_ComesInBoundedPieces()
    {
        var text = new string('x', (3 * BoundedLineReader.MaxLength) + 5);

        var lines = await ReadAllAsync(text + "\nnext");

        Assert.All(lines, line => Assert.True(line.Length <= BoundedLineReader.MaxLength));
        Assert.Equal(text + "next", string.Concat(lines));
        Assert.Equal("next", lines[^1]);
    }

    private static async Task<List<string>> ReadAllAsync(string text)
    {
        var reader = new BoundedLineReader(new StringReader(text));
        var lines = new List<string>();
        while (await reader.ReadAsync() is { } line)
            lines.Add(line);
        return lines;
    }
}
