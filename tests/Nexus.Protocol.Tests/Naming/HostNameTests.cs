using Nexus.Protocol.Naming;
using Nexus.Testing;

namespace Nexus.Protocol.Tests.Naming;

public sealed class HostNameTests
{
    private static readonly string s_longLabel = new string('a', 70) + ".com";

    public static TheoryData<string, string> GoldenTable => new()
    {
        { "Example.COM.", "example.com" },
        { "BÜCHER.Example", "xn--bcher-kva.example" },
        { "bücher.example", "xn--bcher-kva.example" },
        { "under_score.Example.com", "under_score.example.com" },
        { "under_score.example", "under_score.example" },
        { "１２.example", "12.example" },
        { "ＡＢＣ.example", "abc.example" },
        { "foo.example.com..", "foo.example.com." },
        { "example.com..", "example.com." },
        { "ab--cd.example", "ab--cd.example" },
        { "ab--c.example", "ab--c.example" },
        { "faß.de", "xn--fa-hia.de" },
        { "XN--BCHER-KVA.example", "xn--bcher-kva.example" },
        { "a。b.com", "a.b.com" },
        { "a。b", "a.b" },
        { "Σ.gr", "xn--4xa.gr" },
        { "a..b", "a..b" },
        { ".", "" },
        { "", "" },
        { "-lead.example", "-lead.example" },
        { "UDP:53", "udp:53" },
        { "127.0.0.1", "127.0.0.1" },
        { "::1", "::1" },
        { s_longLabel, s_longLabel },
        { "\u200Bfoo.com", "foo.com" },
        { "exa mple.com", "exa mple.com" },
        { "  \tapp.test\r\n", "app.test" },
        { "*.Foo.com", "*.foo.com" },
    };

    [Theory]
    [MemberData(nameof(GoldenTable))]
    [Statement("node 88", "client 24")]
    public void Normalize_GoldenTable_GivesTheRecordedName(string input, string expected) =>
        Assert.Equal(expected, HostName.Normalize(input));

    [Theory]
    [InlineData("*.Foo.COM.", "*.foo.com")]
    [InlineData(" *.bücher.example ", "*.xn--bcher-kva.example")]
    [InlineData("*.", "")]
    [InlineData("App.Test", "app.test")]
    public void NormalizeOrWildcard_Wildcard_KeepsThePrefix(string input, string expected) =>
        Assert.Equal(expected, HostName.NormalizeOrWildcard(input));

    [Fact]
    public void Normalize_AlreadyNormalised_IsTheSameInstance()
    {
        var name = new string("app.example.com".AsSpan());
        Assert.Same(name, HostName.Normalize(name));
    }

    [Fact]
    public void Normalize_AlreadyNormalised_AllocatesNothing() =>
        Assert.Equal(0, Allocations.PerThousand(() => HostName.Normalize("app.example.com")));

    [Fact]
    public void Normalize_LongerThanTheLimit_IsNothing() =>
        Assert.Equal("", HostName.Normalize(new string('a', HostName.MaxInputLength + 1)));

    [Fact]
    public void Normalize_Null_IsNothing() => Assert.Equal("", HostName.Normalize(null));

    [Fact]
    public void Normalize_RandomText_NeverThrowsAndHasNoCapitals()
    {
        var random = new Random(20_261);
        for (var i = 0; i < Fuzz.Inputs; i++)
        {
            var name = HostName.Normalize(Fuzz.Text(random, 40));
            Assert.DoesNotContain(name, char.IsAsciiLetterUpper);
            HostName.NormalizeOrWildcard("*." + name);
        }
    }
}
