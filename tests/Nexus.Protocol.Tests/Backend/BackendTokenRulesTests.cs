using Nexus.Protocol.Backend;

namespace Nexus.Protocol.Tests.Backend;

public sealed class BackendTokenRulesTests
{
    private static DateTimeOffset Now => TestClaims.Now;

    [Fact]
    public void Check_GoodClaims_BreakNoRule() => Assert.Equal(TokenRule.None, BackendTokenRules.Check(TestClaims.First, Now));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Authorizer")]
    public void Check_IssuerMissingOrOther_IsRefused(string? issuer) => Assert.Equal(TokenRule.Issuer, Check(TestClaims.First with { Issuer = issuer }));

    [Fact]
    public void Check_AudienceMissing_IsRefused() => Assert.Equal(TokenRule.Audience, Check(TestClaims.First with { Audience = [] }));

    [Fact]
    public void Check_AudienceOther_IsRefused() => Assert.Equal(TokenRule.Audience, Check(TestClaims.First with { Audience = ["Nexus", "other"] }));

    [Fact]
    public void Check_AudienceAmongOthers_IsAccepted() => Assert.Equal(TokenRule.None, Check(TestClaims.First with { Audience = ["other", "nexus"] }));

    [Fact]
    public void Check_NoExpiry_IsAccepted() => Assert.Equal(TokenRule.None, Check(TestClaims.First with { ExpiresAt = null }));

    [Fact]
    public void Check_ExactlyAtExpiry_IsRefused() => Assert.Equal(TokenRule.Expired, Check(TestClaims.First with { ExpiresAt = Now }));

    [Fact]
    public void Check_OneTickBeforeExpiry_IsAccepted() => Assert.Equal(TokenRule.None, Check(TestClaims.First with { ExpiresAt = Now.AddTicks(1) }));

    [Fact]
    public void Check_ExactlyAtNotBefore_IsAccepted() => Assert.Equal(TokenRule.None, Check(TestClaims.First with { NotBefore = Now }));

    [Fact]
    public void Check_OneTickBeforeNotBefore_IsRefused() => Assert.Equal(TokenRule.NotYetValid, Check(TestClaims.First with { NotBefore = Now.AddTicks(1) }));

    [Fact]
    public void Check_IssuedInTheFuture_IsAccepted() => Assert.Equal(TokenRule.None, Check(TestClaims.First with { IssuedAt = Now.AddHours(1) }));

    private static TokenRule Check(BackendClaims claims) => BackendTokenRules.Check(claims, Now);

    [Theory]
    [InlineData(null, null, false, null, TokenRule.None)]
    [InlineData(null, null, true, null, TokenRule.ExpiryMissing)]
    [InlineData(null, null, false, 60, TokenRule.ExpiryMissing)]
    [InlineData(30, 0, true, 30, TokenRule.None)]
    [InlineData(31, 0, true, 30, TokenRule.LifetimeTooLong)]
    [InlineData(20, -20, false, 30, TokenRule.LifetimeTooLong)]
    [InlineData(31, null, false, 30, TokenRule.LifetimeTooLong)]
    [InlineData(100, 90, false, 30, TokenRule.LifetimeTooLong)] // a date of issue in the future shortens nothing
    [InlineData(0, -10, true, null, TokenRule.Expired)]
    public void CheckLifetime_WhatTheHubAsksFor_IsRequired(int? expires, int? issued, bool requiresExpiry, int? maxLifetime, TokenRule expected)
    {
        var claims = TestClaims.First with
        {
            ExpiresAt = expires is { } exp ? TestClaims.Now.AddSeconds(exp) : null,
            IssuedAt = issued is { } iat ? TestClaims.Now.AddSeconds(iat) : null,
        };
        TimeSpan? max = maxLifetime is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
        Assert.Equal(expected, BackendTokenRules.CheckLifetime(claims, requiresExpiry, max, TestClaims.Now));
    }
}
