using Grpc.Core;
using Nexus.Contracts.Routing.V1;
using Nexus.Mesh.Directory;

namespace Nexus.Mesh.Tests.Directory;

/// <summary>The calls of routing.proto over real HTTP/2.</summary>
public sealed class RouteDirectoryServiceTests
{
    [Fact]
    public async Task Watch_HubAnnouncesAndChanges_SnapshotThenDeltasInOrder()
    {
        await using var mesh = await MeshUnderTest.StartAsync();
        using var watch = new WatchCall(mesh);
        var first = await watch.NextAsync();
        Assert.Empty(first.Snapshot.Routes);

        using var hub = new AnnounceCall(mesh);
        await hub.OpenAsync("hub");
        var lease = await hub.FullAsync(7, ("app.test", 2));
        Assert.Equal((15_000U, 7UL), (lease.Milliseconds, lease.AppliedRevision));
        await hub.SendAsync(new AnnounceRequest { Delta = new() { Revision = 8, Upserts = { AnnounceCall.Weighted("b.test", 1) }, Removals = { new RouteKey { Host = "app.test" } } } });
        lease = await hub.BeatAsync();
        Assert.Equal(8UL, lease.AppliedRevision);

        var added = await watch.NextAsync();
        var changed = await watch.NextAsync();
        Assert.Equal([first.Revision + 1, first.Revision + 2], [added.Revision, changed.Revision]);
        Assert.Equal("http://127.0.0.1:5011", Assert.Single(added.Delta.TargetUpserts).StreamAddress);
        Assert.Equal(new TargetRoute { TargetId = "hub", Key = new() { Host = "app.test" }, Weight = 2 }, Assert.Single(added.Delta.RouteUpserts));
        Assert.Equal("b.test", Assert.Single(changed.Delta.RouteUpserts).Key.Host);
        Assert.Equal("app.test", Assert.Single(changed.Delta.RouteRemovals).Key.Host);

        using var late = new WatchCall(mesh);
        var snapshot = await late.NextAsync();
        Assert.Equal(changed.Revision, snapshot.Revision);
        Assert.Equal("b.test", Assert.Single(snapshot.Snapshot.Routes).Key.Host);
    }

    [Fact]
    public async Task Announce_ConnectionOfTheHubIsCut_RoutesAreWithdrawn()
    {
        await using var mesh = await MeshUnderTest.StartAsync();
        var hub = new AnnounceCall(mesh);
        await hub.OpenAsync("hub");
        await hub.FullAsync(1, ("app.test", 1));
        using var watch = new WatchCall(mesh);
        Assert.Single((await watch.NextAsync()).Snapshot.Routes);

        hub.Cut();

        Assert.Equal("hub", Assert.Single((await watch.NextAsync()).Delta.TargetRemovals));
        await mesh.Metrics.WaitForSumAsync("nexus.mesh.announcement.ends", 1, ("error.type", "lost"));
    }

    [Fact]
    public async Task Announce_CallCompleted_RoutesAreWithdrawn()
    {
        await using var mesh = await MeshUnderTest.StartAsync();
        using var hub = new AnnounceCall(mesh);
        await hub.OpenAsync("hub");
        await hub.FullAsync(1, ("app.test", 1));
        using var watch = new WatchCall(mesh);
        Assert.Single((await watch.NextAsync()).Snapshot.Routes);

        await hub.CompleteAsync();

        Assert.Equal("hub", Assert.Single((await watch.NextAsync()).Delta.TargetRemovals));
    }

    [Fact]
    public async Task Announce_HubFallsSilent_EndsWithDeadlineExceeded()
    {
        await using var mesh = await MeshUnderTest.StartAsync();
        using var hub = new AnnounceCall(mesh);
        await hub.OpenAsync("hub");
        await hub.FullAsync(1, ("app.test", 1));
        using var watch = new WatchCall(mesh);
        await watch.NextAsync();

        mesh.Time.Advance(TimeSpan.FromSeconds(15));

        Assert.Equal(StatusCode.DeadlineExceeded, (await hub.EndAsync()).StatusCode);
        Assert.Equal("hub", Assert.Single((await watch.NextAsync()).Delta.TargetRemovals));
    }

    [Fact]
    public async Task Announce_SameHubInASecondCall_FirstEndsWithAborted()
    {
        await using var mesh = await MeshUnderTest.StartAsync();
        using var old = new AnnounceCall(mesh);
        await old.OpenAsync("hub");
        await old.FullAsync(1, ("app.test", 1));
        using var renewed = new AnnounceCall(mesh);
        await renewed.OpenAsync("hub");
        await renewed.FullAsync(1, ("app.test", 1));

        Assert.Equal(StatusCode.Aborted, (await old.EndAsync()).StatusCode);
        Assert.Equal(1, mesh.Directory.Table.RouteCount);
    }

    public static TheoryData<RouteKey, string> MalformedKeys => new()
    {
        { new RouteKey { Host = "App.test" }, "App.test" },
        { new RouteKey { Host = "tcp:53" }, "tcp:53" },
        { new RouteKey { Host = "" }, "host" },
        { new RouteKey { Host = new string('a', 300) }, "aaaa" },
        { new RouteKey { Host = "*.example.com" }, "*.example.com" },
        { new RouteKey { WildcardSuffix = "example.com" }, "example.com" },
        { new RouteKey { WildcardSuffix = ".com" }, ".com" },
        { new RouteKey { TcpPort = 0 }, "tcpPort" },
        { new RouteKey { UdpPort = 65_536 }, "65536" },
        { new RouteKey(), "{ }" },
    };

    [Theory]
    [MemberData(nameof(MalformedKeys), DisableDiscoveryEnumeration = true)]
    public async Task Announce_MalformedKey_IsRefusedByName(RouteKey key, string named)
    {
        await using var mesh = await MeshUnderTest.StartAsync();
        using var hub = new AnnounceCall(mesh);
        await hub.OpenAsync("hub");
        await hub.SendAsync(new AnnounceRequest { Full = new() { Revision = 1, Keys = { AnnounceCall.Weighted("good.test", 1), new WeightedKey { Key = key, Weight = 1 } } } });

        var status = await hub.EndAsync();
        Assert.Equal(StatusCode.InvalidArgument, status.StatusCode);
        Assert.Contains(named, status.Detail, StringComparison.Ordinal);
        Assert.Equal(0, mesh.Directory.Table.RouteCount);
        await mesh.Metrics.WaitForSumAsync("nexus.mesh.announcement.ends", 1, ("error.type", "invalid"));
    }

    [Fact]
    public async Task Announce_HubOfAMachineWithTheLongestName_IsServed()
    {
        await using var mesh = await MeshUnderTest.StartAsync();
        using var hub = new AnnounceCall(mesh);
        var id = $"{new string('m', 64)}-{Guid.NewGuid():n}";
        await hub.OpenAsync(id);
        await hub.SendAsync(new AnnounceRequest { Full = new() { Revision = 1, Keys = { AnnounceCall.Weighted("app.test", 1) } } });

        await Eventually.SucceedsAsync(() => Task.FromResult(mesh.Directory.Table.CountOf(id) == 1), () => "It is not served.");
    }

    public static TheoryData<AnnounceRequest[]> WrongOrders => new()
    {
        new[] { new AnnounceRequest { Heartbeat = new() } },
        new[] { new AnnounceRequest { Open = new() } },
        new[] { new AnnounceRequest { Open = new() { Target = new() { Id = new string('x', WireRoutes.MaxTargetIdLength + 1), StreamAddress = "http://h" } } } },
        new[] { AnnounceCall.Open("hub"), new AnnounceRequest { Heartbeat = new() } },
        new[] { AnnounceCall.Open("hub"), AnnounceCall.Open("hub") },
        new[] { AnnounceCall.Open("hub"), new AnnounceRequest() },
        new[] { AnnounceCall.Open("hub"), new AnnounceRequest { Delta = new() { Revision = 1 } } },
        new[] { AnnounceCall.Open("hub"), new AnnounceRequest { Full = new() }, new AnnounceRequest { Full = new() } },
        new[] { AnnounceCall.Open("hub"), new AnnounceRequest { Full = new() { Revision = 4 } }, new AnnounceRequest { Delta = new() { Revision = 6 } } },
        new[] { AnnounceCall.Open("hub"), new AnnounceRequest { Full = new() { Keys = { new WeightedKey { Key = new() { Host = "a.test" } } } } } },
    };

    [Theory]
    [MemberData(nameof(WrongOrders), DisableDiscoveryEnumeration = true)]
    public async Task Announce_RequestsThatAreNotAllowed_EndWithInvalidArgument(AnnounceRequest[] requests)
    {
        await using var mesh = await MeshUnderTest.StartAsync();
        using var hub = new AnnounceCall(mesh);
        foreach (var request in requests) await hub.SendAsync(request);

        Assert.Equal(StatusCode.InvalidArgument, (await hub.EndAsync()).StatusCode);
    }

    [Fact]
    public async Task Announce_MoreRoutesThanAllowed_EndsWithResourceExhausted()
    {
        await using var mesh = await MeshUnderTest.StartAsync(("Nexus:Mesh:Directory:MaxRoutesPerTarget", "1"));
        using var hub = new AnnounceCall(mesh);
        await hub.OpenAsync("hub");
        await hub.SendAsync(AnnounceCall.Full(1, ("a.test", 1), ("b.test", 1)));

        Assert.Equal(StatusCode.ResourceExhausted, (await hub.EndAsync()).StatusCode);
    }

    [Fact]
    public async Task Announce_NothingIsSaid_EndsWithDeadlineExceeded()
    {
        await using var mesh = await MeshUnderTest.StartAsync();
        using var hub = new AnnounceCall(mesh);
        await mesh.Time.WaitForTimerAsync(TimeSpan.FromSeconds(15), TestContext.Current.CancellationToken);
        mesh.Time.Advance(TimeSpan.FromSeconds(15));

        Assert.Equal(StatusCode.DeadlineExceeded, (await hub.EndAsync()).StatusCode);
    }

    [Fact]
    public async Task Watch_ClientThatDoesNotRead_EndsWithResourceExhausted()
    {
        await using var mesh = await MeshUnderTest.StartAsync(("Nexus:Mesh:Directory:WatcherQueueLength", "4"));
        using var slow = new WatchCall(mesh);
        await slow.NextAsync();
        using var announcement = mesh.Directory.Announce(new HubTarget("hub", "http://127.0.0.1:5011", ""));
        announcement.Replace(0, new Dictionary<Protocol.Naming.RouteKey, RouteTerms>());
        var revision = 0UL;
        while (mesh.Metrics.Sum("nexus.mesh.watch.ends", ("error.type", "too_slow")) == 0)
        {
            // More than HTTP/2's windows and Kestrel's buffers hold: what the reader does not take waits in the queue.
            var weight = (int)(++revision % 1_000) + 1;
            var routes = Enumerable.Range(0, 500).Select(n => new WeightedRoute(Protocol.Naming.RouteKey.ForHost($"app{n}.{new string('a', 100)}.test"), weight));
            Assert.Equal(AnnounceResult.Applied, announcement.Change(revision, [.. routes], []));
            Assert.InRange(revision, 1UL, 2_000UL);
        }

        Assert.Equal(StatusCode.ResourceExhausted, (await slow.EndAsync()).StatusCode);
    }

    [Fact]
    public async Task Watch_MoreWatchersThanAllowed_EndsWithResourceExhausted()
    {
        await using var mesh = await MeshUnderTest.StartAsync(("Nexus:Mesh:Directory:MaxWatchers", "1"));
        using var first = new WatchCall(mesh);
        await first.NextAsync();
        using var second = new WatchCall(mesh);

        Assert.Equal(StatusCode.ResourceExhausted, (await second.EndAsync()).StatusCode);
    }

    [Fact]
    public async Task Stop_CallsAreOpen_EndsThemWithUnavailableAndTellsNoWithdrawal()
    {
        await using var mesh = await MeshUnderTest.StartAsync();
        using var hub = new AnnounceCall(mesh);
        await hub.OpenAsync("hub");
        await hub.FullAsync(1, ("app.test", 1));
        using var watch = new WatchCall(mesh);
        await watch.NextAsync();

        var stopping = mesh.App.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal(StatusCode.Unavailable, (await hub.EndAsync()).StatusCode);
        await Assert.ThrowsAsync<RpcException>(watch.NextAsync);
        await stopping.BoundedAsync();
    }
}
