using System.Net;
using Nexus.Hub.Outbound;
using Nexus.Hub.Tests.Peers;
using Nexus.Testing;

namespace Nexus.Hub.Tests.Outbound;

/// <summary>Names: looked up once, and what was checked is what is dialled.</summary>
public sealed class OutboundResolvingTests
{
    [Fact]
    [Statement("node 106")]
    public async Task Name_ThatChangesItsMeaning_IsDialledAtTheAddressThatWasChecked()
    {
        using var allowed = new TargetPeer(IPAddress.Parse("127.0.0.2"));
        using var denied = new TargetPeer(IPAddress.Parse("127.0.0.3"), allowed.Port);
        var lookups = 0;
        Task<IPAddress[]> Rebind(string host, CancellationToken cancellationToken) =>
            Task.FromResult<IPAddress[]>([IPAddress.Parse(Interlocked.Increment(ref lookups) == 1 ? "127.0.0.2" : "127.0.0.3")]);
        await using var hub = await HubUnderTest.StartWithResolverAsync(Rebind, OutboundOnly("127.0.0.2"));
        await using var backend = await OutboundPeer.LoginAsync(hub);

        await backend.DialAsync($"rebind.test:{allowed.Port}");

        using var reached = await allowed.AcceptAsync();
        Assert.Equal(1, lookups);
        Assert.True(denied.IsUntouched);
        Assert.Equal(OutboundRefusal.DestinationDenied.ToReason(), await backend.RefusedAsync($"rebind.test:{allowed.Port}"));
        Assert.True(denied.IsUntouched);
    }

    [Theory]
    [Statement("node 106")]
    [InlineData("127.0.0.1")]
    [InlineData("2130706433")]
    [InlineData("0x7f.1")]
    [InlineData("localhost")]
    [InlineData("[::1]")]
    [InlineData("[::ffff:127.0.0.1]")]
    public async Task Loopback_InAnySpelling_IsDeniedByDefault(string host)
    {
        using var target = new TargetPeer();
        await using var hub = await HubUnderTest.StartAsync(("Nexus:Hub:Authentication:AllowOutbound", "true"));
        await using var backend = await OutboundPeer.LoginAsync(hub);
        Assert.Equal(OutboundRefusal.DestinationDenied.ToReason(), await backend.RefusedAsync($"{host}:{target.Port}"));
        Assert.True(target.IsUntouched);
    }

    [Fact]
    public async Task Name_WithDeniedAndSilentAndLiveAddresses_IsReachedAtTheLiveOne()
    {
        using var target = new TargetPeer(IPAddress.Parse("127.0.0.2"));
        ResolveHost resolve = (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("10.0.0.1"), IPAddress.Parse("127.0.0.9"), IPAddress.Parse("127.0.0.2"), IPAddress.IPv6Loopback]);
        await using var hub = await HubUnderTest.StartWithResolverAsync(resolve, OutboundPeer.Settings());
        await using var backend = await OutboundPeer.LoginAsync(hub);
        await backend.DialAsync($"many.test:{target.Port}");
        using var reached = await target.AcceptAsync();
    }

    [Fact]
    public async Task Name_Unknown_IsReported()
    {
        ResolveHost resolve = (_, _) => Task.FromException<IPAddress[]>(new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.HostNotFound));
        await using var hub = await HubUnderTest.StartWithResolverAsync(resolve, OutboundPeer.Settings());
        await using var backend = await OutboundPeer.LoginAsync(hub);
        Assert.Equal(OutboundRefusal.NotResolved.ToReason(), await backend.RefusedAsync("nobody.test:80"));
    }

    [Fact]
    public async Task Lookup_ThatFailsUnexpectedly_IsAnswered()
    {
        ResolveHost resolve = (_, _) => Task.FromException<IPAddress[]>(new InvalidOperationException("A fault of the test's."));
        await using var hub = await HubUnderTest.StartWithResolverAsync(resolve, OutboundPeer.Settings(("Nexus:Hub:Outbound:MaxConnectionsPerBackend", "1")));
        await using var backend = await OutboundPeer.LoginAsync(hub);
        Assert.Equal(OutboundRefusal.DialFailed.ToReason(), await backend.RefusedAsync("fault.test:80"));
        Assert.Equal(OutboundRefusal.DialFailed.ToReason(), await backend.RefusedAsync("fault.test:80")); // its slot was free again
    }

    [Fact]
    [Statement("node 105")]
    public async Task Name_WhoseServersAreSilent_TimesOutWithTheDial()
    {
        var asked = new SyncPoint();
        var resolve = Silent(asked, TestContext.Current.CancellationToken);
        await using var hub = await HubUnderTest.StartWithResolverAsync(resolve, OutboundPeer.Settings(("Nexus:Hub:Outbound:DialTimeout", "00:00:03")));
        await using var backend = await OutboundPeer.LoginAsync(hub);
        var id = await backend.RequestAsync("silent.test:80");
        await asked.WaitForArrivalAsync(TestContext.Current.CancellationToken);

        hub.Time.Advance(TimeSpan.FromSeconds(3));

        var result = await backend.ReceiveEventAsync("outbound_result");
        Assert.Equal(id, result.Id);
        Assert.Equal(OutboundRefusal.TimedOut.ToReason(), result.Json.GetProperty("reason").GetString());
        asked.Release();
    }

    [Fact]
    [Statement("node 103", "node 104")]
    public async Task Dial_TakenBack_IsGivenUpUnansweredAndItsSlotIsFree()
    {
        using var target = new TargetPeer();
        var asked = new SyncPoint();
        var resolve = Silent(asked, TestContext.Current.CancellationToken);
        await using var hub = await HubUnderTest.StartWithResolverAsync(resolve, OutboundPeer.Settings(("Nexus:Hub:Outbound:MaxConnectionsPerBackend", "1")));
        await using var backend = await OutboundPeer.LoginAsync(hub);
        var id = await backend.RequestAsync("silent.test:80");
        await asked.WaitForArrivalAsync(TestContext.Current.CancellationToken);
        Assert.Equal(OutboundRefusal.LimitReached.ToReason(), await backend.RefusedAsync(target.Address));

        await backend.SendEventAsync("disconnect", id);
        await backend.DialAsync(target.Address, id);

        await hub.Metrics.WaitForSumAsync("nexus.hub.outbound.requests", 1, ("result", "cancelled"));
        asked.Release();
    }

    [Fact]
    [Statement("node 104")]
    public async Task Dial_BackendLeaves_IsGivenUp()
    {
        var asked = new SyncPoint();
        var resolve = Silent(asked, TestContext.Current.CancellationToken);
        await using var hub = await HubUnderTest.StartWithResolverAsync(resolve, OutboundPeer.Settings());
        var backend = await OutboundPeer.LoginAsync(hub);
        await backend.RequestAsync("silent.test:80");
        await asked.WaitForArrivalAsync(TestContext.Current.CancellationToken);
        await backend.DisposeAsync();
        await hub.Metrics.WaitForSumAsync("nexus.hub.outbound.requests", 1, ("result", "cancelled"));
        asked.Release();
    }

    [Fact]
    public async Task SilentNames_OfOneBackend_DoNotHoldUpAnother_AndANewSessionIsNoWayAround()
    {
        using var target = new TargetPeer();
        var (asked, release) = (new ObservedList<string>(), new SyncPoint());
        var test = TestContext.Current.CancellationToken;
        ResolveHost resolve = async (host, _) =>
        {
            asked.Add(host);
            if (host.StartsWith("silent", StringComparison.Ordinal)) await release.ArriveAsync(test);
            return [IPAddress.Loopback];
        };
        await using var hub = await HubUnderTest.StartWithResolverAsync(resolve, OutboundPeer.Settings());
        await using var slow = await OutboundPeer.LoginAsync(hub);
        await using var again = await OutboundPeer.LoginAsync(hub);
        for (var i = 0; i < 40; i++) await slow.RequestAsync($"silent{i}.test:80");
        for (var i = 40; i < 80; i++) await again.RequestAsync($"silent{i}.test:80");
        await asked.WaitForAsync(hosts => hosts.Count >= 8 ? hosts : null, () => $"{asked.Items.Count} were asked.", test);

        await using var other = await BackendPeer.LoginAsync(hub, new Dictionary<string, object?>(TestToken.Claims("other.test")) { ["outbound_allowed"] = true });
        await other.DialAsync($"quick.test:{target.Port}");

        Assert.Equal(8, asked.Items.Count(host => host != "quick.test"));
        release.Release();
    }

    /// <summary>Servers that do not answer before the test says so.</summary>
    private static ResolveHost Silent(SyncPoint asked, CancellationToken test) => async (_, _) =>
    {
        await asked.ArriveAsync(test);
        return [];
    };

    private static (string Key, string Value)[] OutboundOnly(string network) =>
        [("Nexus:Hub:Authentication:AllowOutbound", "true"), ("Nexus:Hub:Outbound:AllowedNetworks:0", network)];
}
