using System.Text;
using Nexus.Protocol.Backend;

namespace Nexus.Protocol.Tests.Backend;

public sealed class BackendClaimsTests
{
    private const string Everything = """{"hostnames":["a.test","*.b.test"],"tcp_ports":[25],"udp_routes":[{"port":53},{"port":54,"flow_idle_timeout_seconds":0}],"weight":0,"session_nonce":"n","handshake_max_age_seconds":1,"reauth_interval_seconds":2,"reauth_grace_seconds":3,"maintenance_grace_cap_seconds":0,"authorizer_status_uri":"https://a/?b=1&c","policy_version":"v","outbound_allowed":true,"allowed_outbound_ports":[465],"issued_at_quote":"q","iss":"authorizer","sub":"s","aud":["nexus","x"],"exp":1700000030.5,"nbf":1700000000,"iat":1700000001,"jti":"j"}""";

    [Fact]
    public void ToJson_WhatWasRead_IsEqualByteForByte() => Assert.Equal(Everything, Encoding.UTF8.GetString(Read(Everything).ToJson()));

    [Fact]
    public void ToJson_NothingSet_IsOnlyTheWeight() => Assert.Equal("""{"weight":0}""", Encoding.UTF8.GetString(new BackendClaims().ToJson()));

    [Fact]
    public void TryRead_EveryClaim_IsKept()
    {
        var claims = Read(Everything);
        Assert.Equal(["a.test", "*.b.test"], claims.Hostnames);
        Assert.Equal([new(53), new(54, 0)], claims.UdpRoutes);
        Assert.Equal((25, 465), (Assert.Single(claims.TcpPorts), Assert.Single(claims.AllowedOutboundPorts)));
        Assert.Equal(("n", 1, 2, 3, 0), (claims.SessionNonce, claims.HandshakeMaxAgeSeconds, claims.ReauthIntervalSeconds, claims.ReauthGraceSeconds, claims.MaintenanceGraceCapSeconds));
        Assert.Equal(("authorizer", "s", "j", "v", "q"), (claims.Issuer, claims.Subject, claims.TokenId, claims.PolicyVersion, claims.IssuedAtQuote));
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_030_500), claims.ExpiresAt);
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"hostnames":null,"tcp_ports":null,"udp_routes":null,"weight":null,"aud":null,"exp":null,"iss":null,"outbound_allowed":null}""")]
    public void TryRead_AbsentOrNull_IsTheDefault(string json)
    {
        var claims = Read(json);
        Assert.Equal((0, 0, 0, null, null, false), (claims.Hostnames.Count, claims.Weight, claims.Audience.Count, claims.ExpiresAt, claims.Issuer, claims.OutboundAllowed));
    }

    [Fact]
    public void TryRead_NullInsideArrays_IsTheZeroValue()
    {
        var claims = Read("""{"hostnames":[null],"tcp_ports":[null],"udp_routes":[null,{"port":null,"x":[1]}]}""");
        Assert.Equal((0, 2), (Assert.Single(claims.TcpPorts), claims.UdpRoutes.Count));
        Assert.Equal("", Assert.Single(claims.Hostnames));
    }

    [Theory]
    [InlineData("\"nexus\"", 1)]
    [InlineData("[\"nexus\",\"b\"]", 2)]
    [InlineData("[]", 0)]
    public void TryRead_Audience_IsStringOrArray(string audience, int count) => Assert.Equal(count, Read($$"""{"aud":{{audience}}}""").Audience.Count);

    [Fact]
    public void TryRead_NamesInOtherCase_AreTheSameClaims() => Assert.Equal(3, Read("""{"WEIGHT":3,"unknown":{"weight":4}}""").Weight);

    [Theory]
    [InlineData("1e300", 9_999)]
    [InlineData("-1e300", 1)]
    [InlineData("1700000000.25", 2023)]
    [InlineData("1.7e9", 2023)]
    public void TryRead_AnyNumericDate_StaysInsideTheCalendar(string number, int year) => Assert.Equal(year, Read($$"""{"exp":{{number}}}""").ExpiresAt?.Year);

    [Fact]
    public void TryRead_NumbersBeyondInt32_AreHeldAtTheEnds()
    {
        var claims = Read("""{"weight":9223372036854775807,"tcp_ports":[-9223372036854775808]}""");
        Assert.Equal((int.MaxValue, int.MinValue), (claims.Weight, Assert.Single(claims.TcpPorts)));
    }

    [Theory]
    [InlineData("hostnames", "\"a\"")]
    [InlineData("hostnames", "[1]")]
    [InlineData("hostnames", "{}")]
    [InlineData("tcp_ports", "25")]
    [InlineData("tcp_ports", "[\"25\"]")]
    [InlineData("tcp_ports", "[25.0]")]
    [InlineData("udp_routes", "[53]")]
    [InlineData("udp_routes", "{\"port\":53}")]
    [InlineData("udp_routes", "[{\"port\":\"53\"}]")]
    [InlineData("udp_routes", "[{\"port\":53,\"flow_idle_timeout_seconds\":true}]")]
    [InlineData("weight", "\"1\"")]
    [InlineData("weight", "1.5")]
    [InlineData("weight", "9223372036854775808")]
    [InlineData("session_nonce", "1")]
    [InlineData("handshake_max_age_seconds", "\"5\"")]
    [InlineData("reauth_interval_seconds", "[]")]
    [InlineData("reauth_grace_seconds", "false")]
    [InlineData("maintenance_grace_cap_seconds", "0.5")]
    [InlineData("authorizer_status_uri", "{}")]
    [InlineData("policy_version", "2")]
    [InlineData("outbound_allowed", "1")]
    [InlineData("outbound_allowed", "\"true\"")]
    [InlineData("allowed_outbound_ports", "[null,\"1\"]")]
    [InlineData("issued_at_quote", "[]")]
    [InlineData("iss", "[\"authorizer\"]")]
    [InlineData("sub", "1")]
    [InlineData("aud", "1")]
    [InlineData("aud", "[1]")]
    [InlineData("aud", "{}")]
    [InlineData("exp", "\"1700000030\"")]
    [InlineData("exp", "1e999")]
    [InlineData("nbf", "true")]
    [InlineData("iat", "[]")]
    [InlineData("jti", "7")]
    public void TryRead_WrongTypeOfAKnownClaim_IsFalse(string claim, string value) =>
        Assert.False(BackendClaims.TryRead(Encoding.UTF8.GetBytes($$"""{"{{claim}}":{{value}}}"""), out _));

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{} x")]
    [InlineData("{\"weight\":1")]
    public void TryRead_NoObject_IsFalse(string json) => Assert.False(BackendClaims.TryRead(Encoding.UTF8.GetBytes(json), out _));

    [Fact]
    public void TryRead_MutatedClaims_NeverThrows()
    {
        var random = new Random(20_268);
        var seed = Encoding.UTF8.GetBytes(Everything);
        for (var i = 0; i < Fuzz.Inputs; i++)
        {
            if (BackendClaims.TryRead(Fuzz.Mutate(random, seed), out var claims)) Assert.True(BackendClaims.TryRead(claims.ToJson(), out _));
        }
    }

    private static BackendClaims Read(string json)
    {
        Assert.True(BackendClaims.TryRead(Encoding.UTF8.GetBytes(json), out var claims), json);
        return claims;
    }
}
