using Nexus.Acme.Orders;

namespace Nexus.Acme.Tests.Orders;

public sealed class AcmeIdentifierTests
{
    [Theory]
    [InlineData("app.example.com", "dns", "app.example.com")]
    [InlineData(" App.EXAMPLE.com. ", "dns", "app.example.com")]
    [InlineData("bücher.example", "dns", "xn--bcher-kva.example")]
    [InlineData("localhost", "dns", "localhost")]
    [InlineData("192.0.2.1", "ip", "192.0.2.1")]
    [InlineData("2001:DB8:0:0::1", "ip", "2001:db8::1")]
    [InlineData("[2001:db8::1]", "ip", "2001:db8::1")]
    [InlineData("::ffff:192.0.2.1", "ip", "192.0.2.1")]
    public void Name_IsNormalised(string text, string type, string value)
    {
        Assert.True(AcmeIdentifier.TryParse(text, out var identifier, out var error), error);
        Assert.Equal((type, value), (identifier.Type, identifier.Value));
        Assert.Equal(identifier, AcmeIdentifier.Parse(value));
    }

    [Theory]
    [InlineData("*.example.com")]
    [InlineData("")]
    [InlineData(null)]
    [InlineData(".")]
    [InlineData("a..b")]
    [InlineData("-a.example")]
    [InlineData("a_b.example")]
    [InlineData("a b.example")]
    [InlineData("http://a.example")]
    [InlineData("a.example:443")]
    [InlineData("1.2.3")]
    [InlineData("a.42")]
    [InlineData("fe80::1%eth0")]
    [InlineData("a\n.example")]
    public void NoName_IsExplained(string? text)
    {
        Assert.False(AcmeIdentifier.TryParse(text, out _, out var error));
        Assert.DoesNotContain('\n', error);
        Assert.Throws<FormatException>(() => AcmeIdentifier.Parse(text));
    }

    [Fact]
    public void Wildcard_SaysWhy() => Assert.Contains("DNS", Assert.Throws<FormatException>(() => AcmeIdentifier.Parse("*.example.com")).Message, StringComparison.Ordinal);

    [Fact]
    public void LongNames_AreRefused()
    {
        Assert.False(AcmeIdentifier.TryParse(new string('a', 64) + ".example", out _, out _));
        Assert.False(AcmeIdentifier.TryParse(string.Join('.', Enumerable.Repeat("aaaaaaaaa", 30)), out _, out _));
        Assert.False(AcmeIdentifier.TryParse(new string('ü', 5_000), out _, out _));
    }

    [Theory]
    [InlineData("app.example.com", "app.example.com")]
    [InlineData("192.0.2.1", "1.2.0.192.in-addr.arpa")]
    [InlineData("2001:db8::1", "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa")]
    public void ServerName_OfAnAddress_IsReverse(string name, string expected) => Assert.Equal(expected, AcmeIdentifier.Parse(name).ServerName);
}
