using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Nexus.Contracts.Routing.V1;
using Nexus.Edge.Passthrough;
using Nexus.Edge.Routing;
using Nexus.Edge.Tests.Fakes;
using Nexus.Edge.Tests.Peeking;

namespace Nexus.Edge.Tests.Routing;

/// <summary>The edge beside a directory that changes, skips, and goes away.</summary>
public sealed class RouteTableWatcherTests
{
    private const int Lost = 202;

    [Fact]
    public async Task Delta_AddsAndRemovesRoutes()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var id = WatchCall.IdOf(edge.Hub.Address);
        edge.Watch?.Delta(2, delta =>
        {
            delta.RouteUpserts.Add(new TargetRoute { TargetId = id, Key = WatchCall.KeyOf("new.test"), Weight = 1 });
            delta.RouteRemovals.Add(new TargetRouteKey { TargetId = id, Key = WatchCall.KeyOf("app.test") });
        });
        await edge.RoutesInForceAsync(2);

        (await edge.ConnectThroughAsync("new.test")).User.Dispose();
        using var user = await edge.ConnectAsync();
        await user.SendAsync(Hellos.For("app.test"));
        await user.AssertAlertAsync(TlsAlert.UnrecognizedName);

        edge.Watch?.Delta(3, delta => delta.TargetRemovals.Add(id));
        await edge.RoutesInForceAsync(3);
        Assert.Equal((0, 0), (edge.Get<LiveRoutes>().Table.RouteCount, edge.Get<LiveRoutes>().Table.TargetCount));
    }

    [Fact]
    public async Task Gap_OpensANewCall_AndTheOldRoutesServeMeanwhile()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        edge.Watch?.Delta(5, delta => delta.TargetRemovals.Add(WatchCall.IdOf(edge.Hub.Address)));
        await edge.Metrics.WaitForAsync("nexus.edge.directory_watches", ("nexus.edge.end", "gap")).BoundedAsync();
        (await edge.ConnectThroughAsync()).User.Dispose(); // the delta out of turn was not applied

        var call = await AdvanceUntilAsync(edge, edge.Mesh.NextCallAsync());
        call.Snapshot(9, (edge.Hub.Address, "other.test", 1u));
        await edge.RoutesInForceAsync(9);
        Assert.Null(edge.Get<LiveRoutes>().Table.FindHost("app.test"));
        (await edge.ConnectThroughAsync("other.test")).User.Dispose();
    }

    [Fact]
    public async Task MeshAway_TheLastRoutesKeepServing_AndItIsFollowedAgainWhenItIsBack()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        await edge.Mesh.StopAsync();
        await edge.Logs.WaitForAsync(log => log.EventId.Id == Lost, TestContext.Current.CancellationToken);
        (await edge.ConnectThroughAsync()).User.Dispose();
        Assert.Equal(HealthStatus.Healthy, (await edge.Get<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken)).Status);

        await edge.Mesh.StartAsync();
        var call = await AdvanceUntilAsync(edge, edge.Mesh.NextCallAsync());
        call.Snapshot(7, (edge.Hub.Address, "back.test", 1u));
        await edge.RoutesInForceAsync(7);
        (await edge.ConnectThroughAsync("back.test")).User.Dispose();
    }

    [Fact]
    public async Task Mesh_OfSeveral_GoesAway_TheNextOneIsFollowed()
    {
        await using var second = new FakeMesh();
        await second.StartAsync();
        await using var edge = await EdgeUnderTest.StartBesideAsync(second);
        Assert.NotNull(edge.CallToOther);
        await (edge.Watched?.StopAsync() ?? Task.CompletedTask);

        var call = await AdvanceUntilAsync(edge, edge.CallToOther);
        call.Snapshot(41, (edge.Hub.Address, "other.test", 1u));
        await edge.RoutesInForceAsync(41);
        (await edge.ConnectThroughAsync("other.test")).User.Dispose();
    }

    [Fact]
    public async Task Mesh_TakesTheCallAndSaysNothing_IsAskedAgain()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        edge.Watch?.End();
        await AdvanceUntilAsync(edge, edge.Mesh.NextCallAsync()); // and gets no snapshot
        var again = edge.Mesh.NextCallAsync();
        var patience = edge.Get<IOptions<RoutingOptions>>().Value.SnapshotTimeout;
        await edge.Time.WaitForTimerWithinAsync(patience, TestContext.Current.CancellationToken);
        edge.Time.Advance(patience);

        var call = await AdvanceUntilAsync(edge, again);
        call.Snapshot(7, (edge.Hub.Address, "back.test", 1u));
        await edge.RoutesInForceAsync(7);
    }

    [Fact]
    public async Task Health_BeforeTheFirstAnswer_IsUnready()
    {
        var routes = new LiveRoutes();
        var check = new RoutesHealthCheck(routes);
        Assert.Equal(HealthStatus.Unhealthy, (await check.CheckHealthAsync(new HealthCheckContext(), TestContext.Current.CancellationToken)).Status);
        routes.Replace(RouteTable.Empty);
        Assert.Equal(HealthStatus.Healthy, (await check.CheckHealthAsync(new HealthCheckContext(), TestContext.Current.CancellationToken)).Status);
    }

    /// <summary>The pause before a new call is random, so the clock moves until it is over.</summary>
    private static async Task<WatchCall> AdvanceUntilAsync(EdgeUnderTest edge, Task<WatchCall> call)
    {
        var longest = TimeSpan.FromSeconds(5);
        while (await Task.WhenAny(call, edge.Time.WaitForTimerWithinAsync(longest, TestContext.Current.CancellationToken)) != call) edge.Time.Advance(longest);
        return await call;
    }
}
