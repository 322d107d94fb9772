using System.Net.Sockets;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Nexus.Edge.Tests.Fakes;

namespace Nexus.Edge.Tests.Listening;

public sealed class DrainTests
{
    private const int Draining = 105;

    [Fact]
    public async Task Stop_RefusesNewConnections_AndLetsOpenOnesFinish()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var (user, stream) = await edge.ConnectThroughAsync();
        using var closing = user;
        var port = edge.RelayPort;
        var health = edge.Get<HealthCheckService>();
        var stopping = edge.StopAsync();
        await edge.Logs.WaitForAsync(log => log.EventId.Id == Draining, TestContext.Current.CancellationToken);

        Assert.Equal(HealthStatus.Unhealthy, (await health.CheckHealthAsync(TestContext.Current.CancellationToken)).Status);
        await Assert.ThrowsAsync<SocketException>(() => User.ConnectAsync(port));
        await stream.WriteAsync("still here"u8.ToArray());
        Assert.Equal("still here"u8.ToArray(), await user.ReceiveAsync(10));
        Assert.False(stopping.IsCompleted);

        await stream.EndAsync();
        user.HalfClose();
        await stopping.BoundedAsync();
        Assert.Null(await edge.EndOfAsync());
    }

    [Fact]
    public async Task Stop_AfterTheLimit_AbortsWithAReason()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var (user, stream) = await edge.ConnectThroughAsync();
        using var closing = user;
        await stream.WriteAsync("x"u8.ToArray());
        await user.ReceiveAsync(1); // so it is relayed, and the clock moves nothing else
        var armed = edge.Time.WaitForTimerAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        var stopping = edge.StopAsync();
        await armed.BoundedAsync();
        await edge.Logs.WaitForAsync(log => log.EventId.Id == Draining, TestContext.Current.CancellationToken);
        edge.Time.Advance(TimeSpan.FromSeconds(30));

        await user.AssertResetAsync();
        await stopping.BoundedAsync();
        Assert.Equal("stopped", await edge.EndOfAsync());
    }
}
