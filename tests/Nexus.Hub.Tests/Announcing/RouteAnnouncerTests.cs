using Nexus.Hub.Tests.Peers;
using Nexus.Testing;

namespace Nexus.Hub.Tests.Announcing;

public sealed class RouteAnnouncerTests
{
    [Fact]
    public async Task Call_OpensWithTargetAndEverything_ThenCarriesChanges()
    {
        await using var hub = await HubUnderTest.StartAsync();
        var directory = hub.Region.Directory;

        var open = await directory.NextAsync();
        Assert.Equal(hub.GrpcAddress, open.Open.Target.StreamAddress);
        Assert.NotEmpty(open.Open.Target.Id);
        var full = await directory.NextAsync();
        Assert.Equal((1ul, 0), (full.Full.Revision, full.Full.Keys.Count));

        await using var first = await BackendPeer.LoginAsync(hub, TestToken.Weighted(2, "app.test", "*.app.test"));
        var joined = (await directory.NextAsync()).Delta;
        Assert.Equal(2ul, joined.Revision);
        Assert.Equal(["*.app.test 2", "app.test 2"], joined.Upserts.Select(key => $"{DirectoryPeer.Text(key.Key)} {key.Weight}").Order());

        await using var second = await BackendPeer.LoginAsync(hub, TestToken.Weighted(3, "app.test"));
        var grown = (await directory.NextAsync()).Delta;
        Assert.Equal(["app.test 5"], grown.Upserts.Select(key => $"{DirectoryPeer.Text(key.Key)} {key.Weight}"));

        await first.DisposeAsync();
        var left = (await directory.NextAsync()).Delta;
        Assert.Equal(4ul, left.Revision);
        Assert.Equal(["app.test 3"], left.Upserts.Select(key => $"{DirectoryPeer.Text(key.Key)} {key.Weight}"));
        Assert.Equal(["*.app.test"], left.Removals.Select(DirectoryPeer.Text));
    }

    [Fact]
    [Statement("node 96")]
    public async Task UdpPort_IsAnnouncedWithTheLongestIdleTimeOfItsBackends()
    {
        await using var hub = await HubUnderTest.StartAsync(("Nexus:Hub:Authentication:AllowedUdpPortClaims:0", "53"));
        var directory = hub.Region.Directory;
        await directory.NextAsync();
        await directory.NextAsync();
        await using var patient = await BackendPeer.LoginAsync(hub, Udp(60));
        Assert.Equal(["udp:53 1 60000"], await NextAsync());
        await using var hasty = await BackendPeer.LoginAsync(hub, Udp(7));
        Assert.Equal(["udp:53 2 60000"], await NextAsync());
        await patient.DisposeAsync();
        Assert.Equal(["udp:53 1 7000"], await NextAsync());

        async Task<IEnumerable<string>> NextAsync() =>
            (await directory.NextAsync()).Delta.Upserts.Select(key => $"{DirectoryPeer.Text(key.Key)} {key.Weight} {key.FlowIdleMilliseconds}");

        static Dictionary<string, object?> Udp(int idle) =>
            new(TestToken.Claims()) { ["hostnames"] = null, ["udp_routes"] = new[] { new { port = 53, flow_idle_timeout_seconds = idle } } };
    }

    [Fact]
    public async Task Heartbeat_EveryInterval_KeepsTheLease()
    {
        await using var hub = await HubUnderTest.StartWithClockAsync();
        var directory = hub.Region.Directory;
        await directory.NextAsync();
        await directory.NextAsync();
        await hub.Time.WaitForTimerAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        for (var i = 0; i < 3; i++)
        {
            await hub.AdvanceAsync(5);
            Assert.NotNull((await directory.ReceiveAsync()).Heartbeat);
        }
    }

    [Fact]
    public async Task Directory_GoneAndBack_TrafficGoesOnAndFullStateIsSentAnew()
    {
        await using var hub = await HubUnderTest.StartAsync();
        var directory = hub.Region.Directory;
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await using var user = await hub.ConnectAsync("app.test");
        var connect = await backend.ReceiveEventAsync("connect");
        await directory.WaitForAsync("app.test", weight: 1);
        await hub.Region.StopAsync();
        await hub.LoggedAsync("RouteAnnouncer", 3);

        await backend.SendDataAsync(connect.Id, [1]);
        Assert.Equal([1], await user.ReceiveAsync(1));
        await using var other = await BackendPeer.LoginAsync(hub, "other.test");
        await using var second = await hub.ConnectAsync("other.test");
        await other.ReceiveEventAsync("connect");

        await hub.Region.StartAsync();
        var open = await directory.NextAsync();
        var full = await directory.NextAsync();
        Assert.NotNull(open.Open);
        Assert.Equal(1ul, full.Full.Revision);
        Assert.Equal(["app.test", "other.test"], full.Full.Keys.Select(key => DirectoryPeer.Text(key.Key)).Order());
    }

    [Fact]
    public async Task Directory_OfSeveral_Gone_TheNextIsToldWithAHigherNumber()
    {
        await using var second = new RegionUnderTest(new TestCertificates());
        await second.StartAsync();
        await using var hub = await HubUnderTest.StartAsync(("services:mesh:grpc:1", second.Address));
        var opens = new[] { hub.Region, second }.ToDictionary(region => region.Directory.NextAsync());
        var told = await Task.WhenAny(opens.Keys);
        var other = opens.Single(open => open.Key != told);
        Assert.Equal(1ul, (await told).Open.Call);
        await opens[told].StopAsync();

        var open = (await other.Key).Open;
        Assert.Equal((2ul, (await told).Open.Target.Id), (open.Call, open.Target.Id));
        Assert.NotNull((await other.Value.Directory.NextAsync()).Full);
    }

    [Fact]
    public async Task Directory_SilentForThreeHeartbeats_IsCalledAnew()
    {
        await using var hub = await HubUnderTest.StartWithClockAsync();
        var directory = hub.Region.Directory;
        await directory.NextAsync();
        await directory.NextAsync();
        directory.IsSilent = true;
        await hub.AdvanceUntilAsync(hub.LoggedAsync("RouteAnnouncer", 3));
        var next = directory.NextAsync();
        await hub.AdvanceUntilAsync(next);

        Assert.NotNull((await next).Open);
    }
}
