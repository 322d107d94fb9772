using System.Net.Sockets;
using Nexus.Client.Tests.Scripted;
using Nexus.Testing;

namespace Nexus.Client.Tests.Sessions;

public sealed class StoppingTests
{
    [Fact]
    [Statement("client 123")]
    public async Task Stop_WithoutStreams_EndsWithClose1001()
    {
        var (client, hub) = await ClientUnderTest.ConnectAsync();
        await using var _ = client;
        await client.Client.StopAsync(TestContext.Current.CancellationToken).BoundedAsync();
        await hub.EndedAsync();
        Assert.Equal(1001, hub.CloseCode);
        Assert.Equal(NexusSessionState.Stopped, client.Client.Sessions[0].State);
    }

    [Fact]
    [Statement("client 122")]
    public async Task Stop_IdleStreams_AreEndedAtOnce()
    {
        var time = new ManualTimeProvider();
        var (client, hub) = await ClientUnderTest.ConnectAsync(time);
        await using var _ = client;
        var id = await hub.ConnectAsync();
        using var local = await client.Service.AcceptAsync();
        await hub.SendDataAsync(id, [1]);
        await LocalService.ReceiveAsync(local, 1);
        await LocalService.SendAsync(local, [2]);
        await hub.WaitForDataAsync(id, 1);
        time.Advance(TimeSpan.FromSeconds(1));
        await hub.RoundTripAsync();
        time.Advance(TimeSpan.FromSeconds(1));
        await hub.RoundTripAsync();

        await client.Client.StopAsync(TestContext.Current.CancellationToken).BoundedAsync();
        Assert.Equal("shutdown", (await hub.WaitForControlAsync(id, "disconnect")).Reason);
        await hub.EndedAsync();
        Assert.Equal(1001, hub.CloseCode);
    }

    [Fact]
    [Statement("client 122", "client 124")]
    public async Task Stop_RunningAnswer_IsFinishedAndNewUsersAreRefused()
    {
        var time = new ManualTimeProvider();
        var (client, hub) = await ClientUnderTest.ConnectAsync(time);
        await using var _ = client;
        var id = await hub.ConnectAsync();
        using var local = await client.Service.AcceptAsync();
        await hub.SendDataAsync(id, [1]);
        await LocalService.ReceiveAsync(local, 1);
        var stopping = client.Client.StopAsync(TestContext.Current.CancellationToken);
        await client.Logs.WaitForEventAsync(310);

        var late = await hub.ConnectAsync();
        Assert.Equal("shutdown", (await hub.WaitForControlAsync(late, "disconnect")).Reason);
        await LocalService.SendAsync(local, [9, 9, 9]);
        local.Shutdown(SocketShutdown.Send);
        Assert.Equal([9, 9, 9], await hub.WaitForDataAsync(id, 3));
        await stopping.BoundedAsync();
        Assert.Equal("normal", (await hub.WaitForControlAsync(id, "disconnect")).Reason);
        await hub.EndedAsync();
        Assert.Equal(1001, hub.CloseCode);
    }

    [Fact]
    [Statement("client 122")]
    public async Task Stop_StreamDoesNotEnd_EndsAtTheDrainLimit()
    {
        var time = new ManualTimeProvider();
        var (client, hub) = await ClientUnderTest.ConnectAsync(time, configure: options => options.Transport.DrainTimeout = TimeSpan.FromSeconds(3));
        await using var _ = client;
        var id = await hub.ConnectAsync();
        using var local = await client.Service.AcceptAsync();
        await hub.SendDataAsync(id, [1]);
        await LocalService.ReceiveAsync(local, 1);
        var stopping = client.Client.StopAsync(TestContext.Current.CancellationToken);
        await client.Logs.WaitForEventAsync(310);
        time.Advance(TimeSpan.FromSeconds(3));

        await stopping.BoundedAsync();
        Assert.Equal("timeout", (await hub.WaitForControlAsync(id, "disconnect")).Reason);
        await hub.EndedAsync();
        Assert.Equal(1001, hub.CloseCode);
    }

    [Fact]
    public async Task Stop_WhileDialing_TellsShutdown()
    {
        var (client, hub) = await ClientUnderTest.ConnectAsync(services: services => services with
        {
            ConnectHandlers = [async (_, ended) =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, ended);
                return NexusConnectResult.NoRoute;
            }],
        });
        await using var _ = client;
        var id = await hub.ConnectAsync();
        await hub.WaitForControlAsync(id, "resume_stream");
        await client.Client.StopAsync(TestContext.Current.CancellationToken).BoundedAsync();
        Assert.Equal("shutdown", (await hub.WaitForControlAsync(id, "disconnect")).Reason);
    }

    [Fact]
    public async Task Events_WatchedAfterTheStop_End()
    {
        await using var client = await ClientUnderTest.StartAsync();
        await client.Client.StopAsync(TestContext.Current.CancellationToken).BoundedAsync();
        await using var events = client.Client.WatchEventsAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.False(await events.MoveNextAsync().AsTask().BoundedAsync());
    }

    [Fact]
    public async Task Stop_BetweenAttempts_ReturnsAtOnce()
    {
        using var nobody = FreePort.Reserve();
        await using var client = await ClientUnderTest.StartAsync(new ManualTimeProvider(), options => options.NexusAddresses = [$"wss://localhost:{nobody.Port}/connect"]);
        await client.Logs.WaitForEventAsync(304);
        await client.Client.StopAsync(TestContext.Current.CancellationToken).BoundedAsync();
        Assert.Equal(NexusSessionState.Stopped, client.Client.Sessions[0].State);
    }
}
