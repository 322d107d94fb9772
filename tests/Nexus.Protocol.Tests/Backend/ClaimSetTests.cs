using Nexus.Protocol.Backend;
using Nexus.Protocol.Naming;

namespace Nexus.Protocol.Tests.Backend;

public sealed class ClaimSetTests
{
    [Fact]
    public void TryCreate_HostnamesInAnySpelling_AreNormalisedOnceAndSorted() =>
        Assert.Equal(["*.b.test", "app.test", "xn--bcher-kva.test"], Create(Hosts("bücher.test", "APP.test.", " ", "app.test", "*.B.Test")).Hosts.Select(key => key.ToWireText()));

    [Fact]
    public void TryCreate_OnlyBlankHostnames_AreRefused() => Assert.Equal(ClaimRefusal.NoUsableHostname, Refusal(Hosts(" ", ".", "")));

    [Fact]
    public void TryCreate_OnlyBlankHostnamesBesidePorts_AreRefused() =>
        Assert.Equal(ClaimRefusal.NoUsableHostname, Refusal(Hosts(" ") with { TcpPorts = [25] }));

    [Theory]
    [InlineData("tcp:53")]
    [InlineData("UDP:53")]
    [InlineData("Tcp:nonsense")]
    [InlineData("app.test:443")]
    public void TryCreate_HostnameWithColon_IsRefused(string name) => Assert.Equal(ClaimRefusal.ReservedHostname, Refusal(Hosts("app.test", name)));

    [Theory]
    [InlineData("*.com")]
    [InlineData("*.*.a.b")]
    [InlineData("a.*.b")]
    public void TryCreate_WildcardNobodyMatches_IsRefused(string name) => Assert.Equal(ClaimRefusal.BadWildcard, Refusal(Hosts(name)));

    [Theory]
    [InlineData("victim.test..")]
    [InlineData("victim.test .")]
    [InlineData("a..b")]
    [InlineData("tcp：53")]
    public void TryCreate_HostnameNobodyCanAskFor_IsRefused(string name) => Assert.Equal(ClaimRefusal.BadHostname, Refusal(Hosts(name)));

    [Theory]
    [InlineData(254)]
    [InlineData(5_000)]
    public void TryCreate_HostnameLongerThanDns_IsRefused(int length) => Assert.Equal(ClaimRefusal.HostnameTooLong, Refusal(Hosts(new string('a', length))));

    [Fact]
    public void TryCreate_NothingClaimed_IsRefused() => Assert.Equal(ClaimRefusal.NothingClaimed, Refusal(Hosts()));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(65_536)]
    public void TryCreate_TcpPortOutOfRange_IsRefused(int port) => Assert.Equal(ClaimRefusal.BadTcpPort, Refusal(Hosts() with { TcpPorts = [port] }));

    [Fact]
    public void TryCreate_TcpPortNotOnTheList_IsRefused() => Assert.Equal(ClaimRefusal.TcpPortNotAllowed, Refusal(Hosts() with { TcpPorts = [25, 26] }));

    [Fact]
    public void TryCreate_TcpPortWithEmptyList_IsRefused() =>
        Assert.Equal(ClaimRefusal.TcpPortNotAllowed, Refusal(Hosts("app.test") with { TcpPorts = [25] }, new ClaimPolicy()));

    [Fact]
    public void TryCreate_OnlyPorts_AreAccepted()
    {
        var set = Create(Hosts() with { TcpPorts = [53, 25, 53], UdpRoutes = [new(53)] });
        Assert.Equal(["tcp:25", "tcp:53", "udp:53"], set.RouteKeys.Select(key => key.ToWireText()));
        Assert.Contains(RouteKey.ForUdpPort(53), set.RouteKeys);
    }

    [Theory]
    [InlineData(null, 30)]
    [InlineData(0, 30)]
    [InlineData(-5, 30)]
    [InlineData(1, 5)]
    [InlineData(60, 60)]
    [InlineData(int.MaxValue, 300)]
    public void TryCreate_UdpTimeout_IsDefaultedAndClamped(int? asked, int given) =>
        Assert.Equal(new UdpRoute(53, TimeSpan.FromSeconds(given)), Assert.Single(Create(Hosts() with { UdpRoutes = [new(53, asked)] }).UdpRoutes));

    [Fact]
    public void TryCreate_UdpPortTwiceWithEqualEffectiveTimeout_IsOneRoute() =>
        Assert.Single(Create(Hosts() with { UdpRoutes = [new(53, 1), new(53, 5)] }).UdpRoutes);

    [Fact]
    public void TryCreate_UdpPortTwiceWithOtherTimeout_IsRefused() =>
        Assert.Equal(ClaimRefusal.UdpTimeoutsConflict, Refusal(Hosts() with { UdpRoutes = [new(53, 10), new(53, 20)] }));

    [Fact]
    public void TryCreate_UdpPortOutOfRange_IsRefused() => Assert.Equal(ClaimRefusal.BadUdpPort, Refusal(Hosts() with { UdpRoutes = [new(0)] }));

    [Fact]
    public void TryCreate_UdpPortNotOnTheList_IsRefused() => Assert.Equal(ClaimRefusal.UdpPortNotAllowed, Refusal(Hosts() with { UdpRoutes = [new(55)] }));

    [Fact]
    public void TryCreate_UdpLimitsTheWrongWayRound_AreRefused() => Assert.Equal(
        ClaimRefusal.UdpLimitsContradict,
        Refusal(Hosts() with { UdpRoutes = [new(53)] }, TestClaims.Policy with { UdpIdleMax = TimeSpan.FromSeconds(1) }));

    [Fact]
    public void TryCreate_OutboundOnAServerWithoutIt_IsRefused() =>
        Assert.Equal(ClaimRefusal.OutboundDisabled, Refusal(Hosts("app.test") with { OutboundAllowed = true }, new ClaimPolicy()));

    [Fact]
    public void TryCreate_OutboundPortsWithoutTheRight_AreRefused() =>
        Assert.Equal(ClaimRefusal.OutboundPortsWithoutRight, Refusal(Hosts("app.test") with { AllowedOutboundPorts = [25] }));

    [Theory]
    [InlineData(0)]
    [InlineData(65_536)]
    public void TryCreate_OutboundPortOutOfRange_IsRefused(int port) =>
        Assert.Equal(ClaimRefusal.BadOutboundPort, Refusal(Hosts("app.test") with { OutboundAllowed = true, AllowedOutboundPorts = [port] }));

    [Fact]
    public void TryCreate_OutboundPortNotOnTheList_IsRefused() =>
        Assert.Equal(ClaimRefusal.OutboundPortNotAllowed, Refusal(Hosts("app.test") with { OutboundAllowed = true, AllowedOutboundPorts = [22] }));

    [Fact]
    public void TryCreate_OutboundPorts_AreSortedOnce() =>
        Assert.Equal([25, 465], Create(Hosts("app.test") with { OutboundAllowed = true, AllowedOutboundPorts = [465, 25, 465] }).OutboundPorts);

    [Theory]
    [InlineData(-3, 1)]
    [InlineData(0, 1)]
    [InlineData(7, 7)]
    public void TryCreate_Weight_IsAtLeastOne(int claimed, int weight) => Assert.Equal(weight, Create(Hosts("app.test") with { Weight = claimed }).Weight);

    private static BackendClaims Hosts(params string[] names) => TestClaims.First with { Hostnames = names };

    private static ClaimSet Create(BackendClaims claims)
    {
        Assert.True(ClaimSet.TryCreate(claims, TestClaims.Policy, out var set, out var refusal), refusal.ToString());
        return set;
    }

    private static ClaimRefusal Refusal(BackendClaims claims, ClaimPolicy? policy = null)
    {
        Assert.False(ClaimSet.TryCreate(claims, policy ?? TestClaims.Policy, out _, out var refusal));
        return refusal;
    }
}
