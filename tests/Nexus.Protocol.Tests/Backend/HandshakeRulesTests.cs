using Nexus.Protocol.Backend;

namespace Nexus.Protocol.Tests.Backend;

public sealed class HandshakeRulesTests
{
    private static readonly BackendClaims s_first = TestClaims.First with
    {
        Hostnames = ["a.test", "*.b.test"],
        TcpPorts = [25, 53],
        UdpRoutes = [new(53, 1), new(54)],
        OutboundAllowed = true,
        AllowedOutboundPorts = [25, 465],
        Weight = 2,
    };

    private static readonly BackendClaims s_second = s_first with { SessionNonce = TestClaims.Nonce };

    [Theory]
    [InlineData(5, 5, ClaimRefusal.None)]
    [InlineData(5, 6, ClaimRefusal.TooOld)]
    [InlineData(5, -60, ClaimRefusal.None)]
    [InlineData(0, 1_000, ClaimRefusal.None)]
    [InlineData(-1, 1_000, ClaimRefusal.None)]
    [InlineData(null, 1_000, ClaimRefusal.None)]
    public void CheckFirst_MaxAge_LimitsTheAgeOfTheToken(int? maxAge, int age, ClaimRefusal expected) =>
        Assert.Equal(expected, First(s_first with { HandshakeMaxAgeSeconds = maxAge, IssuedAt = TestClaims.Now.AddSeconds(-age) }));

    [Fact]
    public void CheckFirst_MaxAgeWithoutIssueTime_IsRefused() =>
        Assert.Equal(ClaimRefusal.IssueTimeMissing, First(s_first with { HandshakeMaxAgeSeconds = 5, IssuedAt = null }));

    [Fact]
    public void CheckFirst_WithANonce_IgnoresIt() => Assert.Equal(ClaimRefusal.None, First(s_second with { SessionNonce = "other" }));

    [Fact]
    public void CheckFirst_BadClaims_GrantsNothing()
    {
        Assert.False(HandshakeRules.CheckFirst(s_first with { Hostnames = ["tcp:1"] }, TestClaims.Policy, TestClaims.Now, out var granted, out var refusal));
        Assert.Equal((null, ClaimRefusal.ReservedHostname), (granted, refusal));
    }

    [Fact]
    public void CheckSecond_SameClaimsInOtherOrderAndSpelling_IsAccepted() => Assert.Equal(ClaimRefusal.None, Second(s_second with
    {
        Hostnames = ["*.B.test.", "A.TEST", "a.test."],
        TcpPorts = [53, 25, 25],
        UdpRoutes = [new(54, 30), new(53, 5)],
        AllowedOutboundPorts = [465, 25],
    }));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("short")]
    [InlineData("aAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8")]
    public void CheckSecond_AnotherNonce_IsRefused(string? nonce) => Assert.Equal(ClaimRefusal.NonceDiffers, Second(s_second with { SessionNonce = nonce }));

    [Fact]
    public void CheckSecond_TermsLongerThanATimer_AreCut()
    {
        Assert.True(HandshakeRules.CheckFirst(s_first, TestClaims.Policy, TestClaims.Now, out var granted, out _));
        var claims = s_second with { ReauthIntervalSeconds = int.MaxValue, ReauthGraceSeconds = int.MaxValue };
        Assert.True(HandshakeRules.CheckSecond(claims, TestClaims.Nonce, TestClaims.Policy, granted, out var terms, out _));

        Assert.Equal(TimeSpan.FromDays(30), terms.ReauthenticationInterval);
        Assert.Equal(TimeSpan.FromDays(30), terms.ReauthenticationGrace);
    }

    [Fact]
    public void CheckSecond_EmptyNonceExpected_IsRefused()
    {
        Assert.False(HandshakeRules.CheckSecond(s_second with { SessionNonce = "" }, "", TestClaims.Policy, Granted(), out _, out var refusal));
        Assert.Equal(ClaimRefusal.NonceDiffers, refusal);
    }

    [Fact]
    public void CheckSecond_OtherHostnames_AreRefused() => Assert.Equal(ClaimRefusal.HostnamesDiffer, Second(s_second with { Hostnames = ["a.test"] }));

    [Fact]
    public void CheckSecond_OtherTcpPorts_AreRefused() => Assert.Equal(ClaimRefusal.TcpPortsDiffer, Second(s_second with { TcpPorts = [25] }));

    [Fact]
    public void CheckSecond_OtherUdpPorts_AreRefused() => Assert.Equal(ClaimRefusal.UdpRoutesDiffer, Second(s_second with { UdpRoutes = [new(53, 1)] }));

    [Fact]
    public void CheckSecond_OtherEffectiveUdpTimeout_IsRefused() =>
        Assert.Equal(ClaimRefusal.UdpRoutesDiffer, Second(s_second with { UdpRoutes = [new(53, 6), new(54)] }));

    [Fact]
    public void CheckSecond_OutboundRightRemoved_IsRefused() =>
        Assert.Equal(ClaimRefusal.OutboundDiffers, Second(s_second with { OutboundAllowed = false, AllowedOutboundPorts = [] }));

    [Fact]
    public void CheckSecond_OtherOutboundPorts_AreRefused() =>
        Assert.Equal(ClaimRefusal.OutboundPortsDiffer, Second(s_second with { AllowedOutboundPorts = [25] }));

    [Fact]
    public void CheckSecond_NothingClaimed_IsRefused() =>
        Assert.Equal(ClaimRefusal.NothingClaimed, Second(s_second with { Hostnames = [], TcpPorts = [], UdpRoutes = [] }));

    [Theory]
    [InlineData(0, ClaimRefusal.None)]
    [InlineData(-1, ClaimRefusal.None)]
    [InlineData(2, ClaimRefusal.None)]
    [InlineData(3, ClaimRefusal.WeightDiffers)]
    public void CheckSecond_Weight_IsAbsentOrEqual(int weight, ClaimRefusal expected) => Assert.Equal(expected, Second(s_second with { Weight = weight }));

    [Theory]
    [InlineData(0, ClaimRefusal.None)]
    [InlineData(-1, ClaimRefusal.WeightDiffers)]
    [InlineData(2, ClaimRefusal.None)]
    [InlineData(3, ClaimRefusal.WeightDiffers)]
    public void CheckAgain_NegativeWeight_IsADifference(int weight, ClaimRefusal expected)
    {
        HandshakeRules.CheckAgain(s_second with { Weight = weight }, TestClaims.Nonce, TestClaims.Policy, Granted(), out _, out var refusal);
        Assert.Equal(expected, refusal);
    }

    [Fact]
    public void CheckSecond_NegativeMaintenanceCap_IsRefused() =>
        Assert.Equal(ClaimRefusal.NegativeMaintenanceCap, Second(s_second with { MaintenanceGraceCapSeconds = -1 }));

    [Theory]
    [InlineData("http://a.test/")]
    [InlineData("https://")]
    [InlineData("https:///path")]
    [InlineData("a.test")]
    [InlineData("://")]
    [InlineData("file:///etc/passwd")]
    public void CheckSecond_StatusAddressWithoutHttpsOrHost_IsRefused(string uri) =>
        Assert.Equal(ClaimRefusal.BadStatusUri, Second(s_second with { AuthorizerStatusUri = uri }));

    [Fact]
    public void CheckSecond_StatusAddressLongerThanTheLimit_IsRefused() =>
        Assert.Equal(ClaimRefusal.BadStatusUri, Second(s_second with { AuthorizerStatusUri = "https://a.test/" + new string('a', 2_048) }));

    [Fact]
    public void CheckSecond_MaxAge_IsNotApplied() =>
        Assert.Equal(ClaimRefusal.None, Second(s_second with { HandshakeMaxAgeSeconds = 1, IssuedAt = TestClaims.Now.AddDays(-1) }));

    [Fact]
    public void CheckSecond_Terms_AreTakenFromIt()
    {
        var claims = s_second with
        {
            ReauthIntervalSeconds = 60,
            ReauthGraceSeconds = 7,
            MaintenanceGraceCapSeconds = 0,
            AuthorizerStatusUri = "https://a.test/up",
            PolicyVersion = "3",
        };
        Assert.True(HandshakeRules.CheckSecond(claims, TestClaims.Nonce, TestClaims.Policy, Granted(), out var terms, out _));
        Assert.Equal((TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(7), TimeSpan.Zero), (terms.ReauthenticationInterval, terms.ReauthenticationGrace, terms.MaintenanceCap));
        Assert.Equal((new Uri("https://a.test/up"), "3"), (terms.AuthorizerStatus, terms.PolicyVersion));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0)]
    [InlineData(-1)]
    public void CheckSecond_TermsAbsentOrNotPositive_AreTheDefaults(int? seconds)
    {
        var claims = s_second with { ReauthIntervalSeconds = seconds, ReauthGraceSeconds = seconds };
        Assert.True(HandshakeRules.CheckSecond(claims, TestClaims.Nonce, TestClaims.Policy, Granted(), out var terms, out _));
        Assert.Equal(new SessionTerms(), terms);
    }

    private static ClaimSet Granted()
    {
        Assert.True(HandshakeRules.CheckFirst(s_first, TestClaims.Policy, TestClaims.Now, out var granted, out _));
        return granted;
    }

    private static ClaimRefusal First(BackendClaims claims)
    {
        HandshakeRules.CheckFirst(claims, TestClaims.Policy, TestClaims.Now, out _, out var refusal);
        return refusal;
    }

    private static ClaimRefusal Second(BackendClaims claims)
    {
        HandshakeRules.CheckSecond(claims, TestClaims.Nonce, TestClaims.Policy, Granted(), out _, out var refusal);
        return refusal;
    }
}
