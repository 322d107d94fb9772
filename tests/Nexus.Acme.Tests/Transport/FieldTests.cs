using Nexus.Acme.Transport;

namespace Nexus.Acme.Tests.Transport;

public sealed class FieldTests
{
    private static readonly DateTimeOffset s_now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("0", 0)]
    [InlineData(" 120 ", 120)]
    [InlineData("31536000", 31_536_000)]
    [InlineData("99999999999999999999999", 36_500L * 86_400)]
    [InlineData("Tue, 01 Jan 2030 01:00:00 GMT", 3_600)]
    [InlineData("Mon, 01 Jan 2029 00:00:00 GMT", 0)]
    public void RetryAfter_SecondsOrDate(string text, long seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), RetryAfterField.TryParse(text, s_now));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("-5")]
    [InlineData("1.5")]
    [InlineData("soon")]
    [InlineData("2030-01-01T01:00:00Z")]
    [InlineData("١٢")]
    public void RetryAfter_Neither_IsNull(string? text) => Assert.Null(RetryAfterField.TryParse(text, s_now));

    [Theory]
    [InlineData("<https://a/1>;rel=\"alternate\"", "https://a/1")]
    [InlineData("<https://a/1>; rel=alternate; title=\"x, <y>\", </2>;rel=\"up alternate\"", "https://a/1 /2")]
    [InlineData("<https://a/dir>;rel=\"index\", <https://a/1>;REL=\"Alternate\"", "https://a/1")]
    [InlineData("<https://a/1>;title=\"rel=alternate\"", "")]
    [InlineData("<https://a/1;rel=\"alternate\"", "")]
    [InlineData("rel=\"alternate\"", "")]
    [InlineData("<<<<>>>>,;,;=,\"", "")]
    public void Link_OfARelation(string field, string targets) => Assert.Equal(targets, string.Join(' ', LinkField.Find([field], "alternate", 8)));

    [Fact]
    public void Link_AreCounted()
    {
        var field = string.Join(',', Enumerable.Repeat("<https://a/1>;rel=alternate", 20));
        Assert.Equal(8, LinkField.Find([field, field], "alternate", 8).Count);
    }

    [Fact]
    public void Nonces_NewestFirst_Bounded_AndChecked()
    {
        var pool = new NoncePool();
        for (var number = 0; number < 100; number++) Assert.True(pool.Add($"n{number}"));
        Assert.False(pool.Add("a=b"));
        Assert.False(pool.Add(""));
        Assert.False(pool.Add(new string('a', 600)));
        for (var number = 99; number > 83; number--) Assert.Equal($"n{number}", pool.TryTake());
        Assert.Null(pool.TryTake());
    }
}
