using System.Net;
using Microsoft.Extensions.Options;
using Nexus.Hub.Sessions;
using Nexus.Hub.Tests.Peers;
using Nexus.Testing;

namespace Nexus.Hub.Tests.Authentication;

/// <summary>spec/node.md §1.9: who fails again and again is told to wait.</summary>
public sealed class ThrottleTests
{
    private static readonly IPAddress s_source = IPAddress.Parse("192.0.2.1");

    private readonly ManualTimeProvider _time = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Handshakes_FailingFromOneAddress_AreToldToWaitUntilTimeForgives(bool atSecondToken)
    {
        await using var hub = await HubUnderTest.StartWithClockAsync(("Nexus:Hub:Sessions:FailureBurst", "3"));
        for (var i = 0; i < 3; i++) Assert.DoesNotContain("rate limit", await FailAsync(hub, atSecondToken), StringComparison.Ordinal);

        await using (var blocked = await BackendPeer.UpgradeAsync(hub))
        {
            var close = await blocked.ReceiveCloseAsync();
            Assert.Equal(1008, close.CloseCode);
            Assert.Contains("rate limit", close.CloseReason, StringComparison.Ordinal);
        }

        await hub.Metrics.WaitForSumAsync("nexus.hub.handshakes", 1, ("outcome", "throttled"));
        Assert.Equal(1, hub.Metrics.Observe("nexus.hub.failing_addresses"));
        hub.Time.Advance(TimeSpan.FromSeconds(6));
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
    }

    [Fact]
    public async Task Handshakes_OfHonestBackends_AreNeverToldToWait()
    {
        await using var hub = await HubUnderTest.StartWithClockAsync(("Nexus:Hub:Sessions:FailureBurst", "1"));
        for (var i = 0; i < 5; i++) await (await BackendPeer.LoginAsync(hub, "app.test")).DisposeAsync();
        Assert.Equal(0, hub.Metrics.Sum("nexus.hub.handshakes", ("outcome", "throttled")));
    }

    [Fact]
    public void Bucket_FailuresTimeAndSuccesses_TakeAndGive()
    {
        var throttle = New(burst: 2);
        throttle.Failed(s_source);
        Assert.False(throttle.IsBlocked(s_source));
        throttle.Failed(s_source);
        Assert.True(throttle.IsBlocked(s_source));
        Assert.False(throttle.IsBlocked(IPAddress.Parse("192.0.2.2")));
        throttle.Succeeded(s_source); // a neighbour behind the same address
        Assert.False(throttle.IsBlocked(s_source));
        throttle.Failed(s_source);
        throttle.Failed(s_source);
        _time.Advance(TimeSpan.FromSeconds(5.9));
        Assert.True(throttle.IsBlocked(s_source));
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.False(throttle.IsBlocked(s_source));
    }

    [Fact]
    public void Table_MoreAddressesThanItHolds_KeepsTheLatestAndForgetsWhatIsForgiven()
    {
        var throttle = New(burst: 1, addresses: 100);
        for (var i = 0; i < 1_000; i++) throttle.Failed(new IPAddress(i));
        Assert.Equal(100, throttle.Count);
        Assert.True(throttle.IsBlocked(new IPAddress(999)));
        Assert.False(throttle.IsBlocked(new IPAddress(1)));
        _time.Advance(TimeSpan.FromMinutes(1));
        throttle.Failed(s_source);
        Assert.Equal(1, throttle.Count);
    }

    [Fact]
    public void Burst_Zero_SwitchesItOff()
    {
        var throttle = New(burst: 0);
        for (var i = 0; i < 100; i++) throttle.Failed(s_source);
        Assert.False(throttle.IsBlocked(s_source));
        Assert.Equal(0, throttle.Count);
    }

    [Fact]
    public void IsFailure_WhatTheBackendIsNotToBlameFor_IsNone()
    {
        Assert.All(
            [HandshakeOutcome.Accepted, HandshakeOutcome.Draining, HandshakeOutcome.HubFull, HandshakeOutcome.Throttled, HandshakeOutcome.PeerLeft],
            outcome => Assert.False(new HandshakeResult(outcome).IsFailure()));
        Assert.True(new HandshakeResult(HandshakeOutcome.PeerLeft) { WasChallenged = true }.IsFailure());
    }

    private FailureThrottle New(int burst, int addresses = 10) =>
        new(Options.Create(new SessionsOptions { FailureBurst = burst, MaxThrottledAddresses = addresses }), _time);

    private static async Task<string> FailAsync(HubUnderTest hub, bool atSecondToken)
    {
        await using var peer = await BackendPeer.UpgradeAsync(hub);
        var claims = TestToken.Claims("app.test");
        await peer.Socket.SendTextAsync(atSecondToken ? TestToken.Sign(claims) : "no token");
        if (atSecondToken)
        {
            await peer.ReceiveNonceAsync();
            await peer.Socket.SendTextAsync(TestToken.Stage1(claims, "another nonce"));
        }

        return (await peer.ReceiveCloseAsync()).CloseReason;
    }
}
