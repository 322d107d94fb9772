using Nexus.Edge.Tests.Fakes;
using Nexus.Edge.Tests.Peeking;

namespace Nexus.Edge.Tests.Passthrough;

/// <summary>Users do not fill the log: what is told of each is told at level Debug.</summary>
public sealed class QuietLogTests
{
    private const int Users = 10;

    [Fact]
    [Statement("seen 1", "seen 14")]
    public async Task Users_ServedResetRefusedAndWithoutAHub_AreToldOfAtDebugOnly()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        using var dead = FreePort.Reserve(); // bound, and nobody listens
        edge.Watch?.Delta(2, delta =>
        {
            var address = new Uri($"http://127.0.0.1:{dead.Port}");
            delta.TargetUpserts.Add(WatchCall.TargetOf(address));
            delta.RouteUpserts.Add(new Contracts.Routing.V1.TargetRoute { TargetId = WatchCall.IdOf(address), Key = WatchCall.KeyOf("dead.test"), Weight = 1 });
        });
        await edge.RoutesInForceAsync(2);
        await RefuseAsync(edge, "dead.test"); // that a hub is away is a warning, once
        Assert.Single(edge.Logs.At(LogLevel.Warning));
        var before = edge.Logs.At(LogLevel.Information).Count;

        for (var i = 0; i < Users; i++)
        {
            var (user, stream) = await edge.ConnectThroughAsync();
            if (i % 2 == 0) await stream.EndAsync();
            else user.Reset();
            user.Dispose();
            await RefuseAsync(edge, "dead.test");
            await RefuseAsync(edge, "unknown.test");
        }

        await edge.Metrics.WaitForSumAsync("nexus.edge.connections", 1 + (3 * Users)).BoundedAsync();
        Assert.Equal(before, edge.Logs.At(LogLevel.Information).Count);
        Assert.True(edge.Logs.Of("PassthroughHandler").Count >= 3 * Users);
    }

    private static async Task RefuseAsync(EdgeUnderTest edge, string host)
    {
        using var user = await edge.ConnectAsync();
        await user.SendAsync(Hellos.For(host));
        Assert.NotEmpty(await user.ReceiveToEndAsync());
    }
}
