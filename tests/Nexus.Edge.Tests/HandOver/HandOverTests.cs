using System.Runtime.Versioning;
using Nexus.Contracts.Carriers;
using Nexus.Contracts.Routing.V1;
using Nexus.Edge.Passthrough;
using Nexus.Edge.Tests.Fakes;

namespace Nexus.Edge.Tests.HandOver;

/// <summary>A whole edge whose hub is on the same host.</summary>
[SupportedOSPlatform("linux")]
public sealed class HandOverTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task User_IsHandedOver_WithAllThatTheHubMustKnow()
    {
        var (edge, hub) = await HandOverHub.StartAsync();
        await using var _ = edge;
        await using var __ = hub;
        var (user, arrival) = await hub.ConnectAsync(edge);
        using var closing = user;
        using var taken = arrival.User;

        Assert.Equal(("app.test", true, edge.RelayPort, user.LocalEndPoint.ToString()), (arrival.Open.Host, arrival.Open.IsTls, arrival.Open.LocalPort, arrival.Open.ClientAddress));
        Assert.Equal(Peeking.Hellos.For("app.test"), arrival.Prelude.ToArray());
        Assert.Equal(Refusal.WordsFor(CloseReason.BackendReset, OpenRefusal.None, arrival.Prelude.Span), arrival.LastWords.ToArray());
        Assert.Equal(0, edge.Hub.Opened); // nobody asked the other way
        await edge.Metrics.WaitForSumAsync("nexus.edge.streams", 1, ("nexus.carrier", "hand_over"));
        await taken.SendAsync("hello"u8.ToArray(), Cancellation);
        Assert.Equal("hello"u8.ToArray(), await user.ReceiveAsync(5));
    }

    [Theory]
    [InlineData("backend_ended", null)]
    [InlineData("dial_failed", "dial_failed")]
    [InlineData("session_lost", "backend_reset")]
    [InlineData("user_reset", "user_reset")]
    [InlineData("half_closed_idle", "idle_timeout")]
    public async Task Connection_CountsUntilTheHubReportsItsEnd(string word, string? reason)
    {
        var (edge, hub) = await HandOverHub.StartAsync();
        await using var _ = edge;
        await using var __ = hub;
        var (user, arrival) = await hub.ConnectAsync(edge);
        using var closing = user;
        await edge.Metrics.WaitForSumAsync("nexus.edge.streams", 1);
        Assert.Equal(1, edge.Metrics.Sum("nexus.edge.active_connections"));

        arrival.LetGo();
        await arrival.EndAsync(word, 600, 7_000);
        Assert.Equal(reason, await edge.EndOfAsync());
        await edge.Metrics.WaitForSumAsync("nexus.edge.active_connections", 0);
        Assert.Equal((600d, 7_000d), (Moved("receive"), Moved("transmit")));

        double Moved(string direction) => edge.Metrics.Sum("nexus.edge.relayed_bytes", ("network.io.direction", direction));
    }

    [Fact]
    public async Task HubThatRefuses_AnotherOneGetsTheUser()
    {
        var (edge, hub) = await HandOverHub.StartAsync();
        await using var _ = edge;
        await using var __ = hub;
        await using var other = await FakeHub.StartAsync();
        edge.Watch?.Delta(3, delta =>
        {
            delta.TargetUpserts.Add(WatchCall.TargetOf(other.Address));
            delta.RouteUpserts.Add(RouteTo(edge.Hub.Address, 100)); // its turn comes first
            delta.RouteUpserts.Add(RouteTo(other.Address, 1));
        });
        await edge.RoutesInForceAsync(3);

        using var user = await edge.ConnectAsync();
        await user.SendAsync(Peeking.Hellos.For("app.test"));
        await (await hub.NextAsync()).RefuseAsync(OpenRefusal.Unavailable, "draining");
        Assert.Equal(Peeking.Hellos.For("app.test"), await (await other.NextAsync()).ReadAsync(Peeking.Hellos.For("app.test").Length));
    }

    [Fact]
    public async Task HubThatIsStopped_AnotherOneGetsTheUser_AndItDoesNotTouchItWhenItGoesOn()
    {
        var (edge, hub) = await HandOverHub.StartAsync();
        await using var _ = edge;
        await using var __ = hub;
        await using var other = await FakeHub.StartAsync();
        edge.Watch?.Delta(3, delta =>
        {
            delta.TargetUpserts.Add(WatchCall.TargetOf(other.Address));
            delta.RouteUpserts.Add(RouteTo(edge.Hub.Address, 100)); // its turn comes first
            delta.RouteUpserts.Add(RouteTo(other.Address, 1));
        });
        await edge.RoutesInForceAsync(3);

        using var user = await edge.ConnectAsync();
        await user.SendAsync(Peeking.Hellos.For("app.test"));
        var arrival = await hub.NextAsync(); // it stops here
        edge.Time.Advance(new GrpcCarrierOptions().OpenTimeout);
        var stream = await other.NextAsync();
        await stream.ReadAsync(Peeking.Hellos.For("app.test").Length);

        Assert.False(await arrival.AcceptAsync()); // and goes on here
        arrival.LetGo();
        await stream.WriteTextAsync("hello");
        Assert.Equal("hello"u8.ToArray(), await user.ReceiveAsync(5));
    }

    [Fact]
    public async Task AnotherProcessAtThePath_TheUserGoesByGrpc()
    {
        var (edge, hub) = await HandOverHub.StartAsync(realId: "somebody else");
        await using var _ = edge;
        await using var __ = hub;
        var (user, stream) = await edge.ConnectThroughAsync();
        using var closing = user;
        Assert.Equal("app.test", stream.Open.Host);
        await edge.Metrics.WaitForSumAsync("nexus.edge.streams", 1, ("nexus.carrier", "grpc"));
    }

    [Fact]
    public async Task SwitchedOff_TheUserGoesByGrpc()
    {
        var (edge, hub) = await HandOverHub.StartAsync(null, ("Nexus:Edge:HandOver:Enabled", "false"));
        await using var _ = edge;
        await using var __ = hub;
        var (user, _) = await edge.ConnectThroughAsync();
        user.Dispose();
    }

    [Fact]
    public async Task Stop_WaitsForNobodyWhoWasHandedOver_AndEndsNobody()
    {
        var (edge, hub) = await HandOverHub.StartAsync();
        await using var _ = edge;
        await using var __ = hub;
        var (user, arrival) = await hub.ConnectAsync(edge);
        using var closing = user;
        using var taken = arrival.User;
        await edge.Metrics.WaitForSumAsync("nexus.edge.streams", 1);

        await edge.StopAsync().BoundedAsync(); // the clock stands still
        Assert.Equal("handed_over", await edge.EndOfAsync());
        await taken.SendAsync("still here"u8.ToArray(), Cancellation);
        Assert.Equal("still here"u8.ToArray(), await user.ReceiveAsync(10));
    }

    [Fact]
    public async Task HubThatStops_IsAReasonOfItsOwn()
    {
        var (edge, hub) = await HandOverHub.StartAsync();
        await using var _ = edge;
        var (user, arrival) = await hub.ConnectAsync(edge);
        using var closing = user;
        using var taken = arrival.User;
        await edge.Metrics.WaitForSumAsync("nexus.edge.streams", 1);
        await hub.DisposeAsync();

        Assert.Equal("target_lost", await edge.EndOfAsync());
        await taken.SendAsync("x"u8.ToArray(), Cancellation); // what becomes of the user is the hub's business
        await user.ReceiveAsync(1);
    }

    private static TargetRoute RouteTo(Uri hub, uint weight) => new() { TargetId = WatchCall.IdOf(hub), Key = WatchCall.KeyOf("app.test"), Weight = weight };
}
