using Nexus.Protocol.Naming;
using Nexus.Testing;

namespace Nexus.Protocol.Tests.Naming;

public sealed class RouteKeyTests
{
    [Theory]
    [InlineData("App.Test.", RouteKind.Host, "app.test", "app.test")]
    [InlineData("*.Example.com", RouteKind.Wildcard, ".example.com", "*.example.com")]
    [InlineData("*.bücher.example", RouteKind.Wildcard, ".xn--bcher-kva.example", "*.xn--bcher-kva.example")]
    [InlineData("localhost", RouteKind.Host, "localhost", "localhost")]
    public void TryParseClaim_NameOrWildcard_IsNormalised(string claim, RouteKind kind, string name, string wire)
    {
        Assert.True(RouteKey.TryParseClaim(claim, out var key));
        Assert.Equal((kind, name, 0, wire), (key.Kind, key.Name, key.Port, key.ToWireText()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData(".")]
    [InlineData("tcp:53")]
    [InlineData("UDP:53")]
    [InlineData("app.test:443")]
    [InlineData("::1")]
    [InlineData("*.")]
    [InlineData("*.com")]
    [InlineData("*.*.a.b")]
    [InlineData("a.*.b")]
    [InlineData("*")]
    [InlineData("*.a..b")]
    [InlineData("*..a.b")]
    [InlineData("*.a.b..")]
    [InlineData("*.tcp:53.b")]
    [InlineData("victim.test..")]
    [InlineData("victim.test .")]
    [InlineData(".victim.test")]
    [InlineData("a..b")]
    [InlineData("exa mple.com")]
    [InlineData("tcp：53")]
    public void TryParseClaim_UnusableName_IsRefused(string claim)
    {
        Assert.False(RouteKey.TryParseClaim(claim, out var key));
        Assert.True(key.IsNone);
    }

    [Fact]
    public void TryParseClaim_NameLongerThanDnsAllows_IsRefused() =>
        Assert.False(RouteKey.TryParseClaim(string.Join('.', Enumerable.Repeat("abcdefg", 32)), out _));

    [Theory]
    [InlineData("tcp:53")]
    [InlineData("udp:53")]
    [Statement("node 89")]
    public void ForHost_WireTextOfAPortClaim_NeverEqualsThePort(string serverName)
    {
        var key = RouteKey.ForHost(HostName.Normalize(serverName));
        Assert.True(key.IsNone);
        Assert.NotEqual(RouteKey.ForTcpPort(53), key);
        Assert.NotEqual(RouteKey.ForUdpPort(53), key);
    }

    [Fact]
    public void Equality_SamePortOfOtherTransport_Differs() => Assert.NotEqual(RouteKey.ForTcpPort(53), RouteKey.ForUdpPort(53));

    [Theory]
    [InlineData("a.example.com", true)]
    [InlineData("example.com", false)]
    [InlineData("a.b.example.com", false)]
    [InlineData(".example.com", false)]
    [Statement("node 86")]
    public void TryGetWildcardFor_ExactlyOneLabel_Matches(string host, bool matches)
    {
        Assert.True(RouteKey.TryParseClaim("*.example.com", out var wildcard));
        Assert.Equal(matches, RouteKey.TryGetWildcardFor(host, out var key) && key == wildcard);
    }

    [Theory]
    [InlineData("app.test")]
    [InlineData("*.example.com")]
    [InlineData("tcp:53")]
    [InlineData("udp:65535")]
    public void TryParseWireText_WhatToWireTextWrote_RoundTrips(string text)
    {
        Assert.True(RouteKey.TryParseWireText(text, out var key));
        Assert.Equal(text, key.ToWireText());
    }

    [Theory]
    [InlineData("tcp:0")]
    [InlineData("tcp:65536")]
    [InlineData("tcp:-1")]
    [InlineData("tcp: 1")]
    [InlineData("udp:")]
    [InlineData("sctp:1")]
    [InlineData("victim.test.")]
    [InlineData(" victim.test")]
    [InlineData("*.victim.test.")]
    public void TryParseWireText_NotWhatWasWritten_IsRefused(string text) => Assert.False(RouteKey.TryParseWireText(text, out _));

    [Theory]
    [InlineData(0)]
    [InlineData(65_536)]
    public void ForTcpPort_OutsideTheRange_Throws(int port) => Assert.Throws<ArgumentOutOfRangeException>(() => RouteKey.ForTcpPort(port));

    [Fact]
    public void TryParseClaim_RandomText_NeverThrowsAndRoundTrips()
    {
        var random = new Random(20_262);
        for (var i = 0; i < Fuzz.Inputs; i++)
        {
            var text = Fuzz.Text(random, 30);
            var isClaim = RouteKey.TryParseClaim(text, out var claim);
            Assert.Equal(isClaim, !claim.IsNone);
            Assert.DoesNotContain(':', claim.ToWireText());
            Assert.Equal((isClaim, claim), (RouteKey.TryParseWireText(claim.ToWireText(), out var again), again));
            Assert.Equal(RouteKey.TryParseWireText("tcp:" + text, out var port), port.Kind == RouteKind.TcpPort);
            Assert.Equal(RouteKey.TryGetWildcardFor(text, out var wildcard), wildcard.Kind == RouteKind.Wildcard);
        }
    }
}
