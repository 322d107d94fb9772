using Nexus.Client.Tests.Scripted;
using Nexus.Testing;

namespace Nexus.Client.Tests.Streams;

public sealed class HealthCheckTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    [Fact]
    [Statement("client 117")]
    public async Task QuietStream_IsAskedForOnceWhileTheAnswerIsAwaited()
    {
        var time = new ManualTimeProvider();
        var (client, hub) = await ClientUnderTest.ConnectAsync(time, options => options.HealthChecks = Checks(pong: 60));
        await using var _ = client;
        var id = await hub.ConnectAsync();
        using var local = await client.Service.AcceptAsync();
        await AdvanceAsync(time, hub, seconds: 4);
        Assert.Equal(0, PingsOf(hub, id));
        await AdvanceAsync(time, hub, seconds: 26);
        Assert.Equal(1, PingsOf(hub, id));
    }

    [Fact]
    [Statement("client 118")]
    public async Task QuietStream_HubAnswers_IsKept()
    {
        var time = new ManualTimeProvider();
        var (client, hub) = await ClientUnderTest.ConnectAsync(time, options => options.HealthChecks = Checks(pong: 5));
        await using var _ = client;
        var id = await hub.ConnectAsync();
        using var local = await client.Service.AcceptAsync();
        for (var round = 1; round <= 3; round++)
        {
            while (PingsOf(hub, id) < round) await AdvanceAsync(time, hub, seconds: 1);
            await hub.SendControlAsync($$"""{"event":"pong_client","client_id":"{{id}}"}""");
            await hub.RoundTripAsync();
        }

        await hub.SendDataAsync(id, [7]);
        Assert.Equal([7], await LocalService.ReceiveAsync(local, 1));
    }

    [Fact]
    [Statement("client 118")]
    public async Task QuietStream_HubDoesNotAnswer_EndsWithTimeout()
    {
        var time = new ManualTimeProvider();
        var (client, hub) = await ClientUnderTest.ConnectAsync(time, options => options.HealthChecks = Checks(pong: 2));
        await using var _ = client;
        var id = await hub.ConnectAsync();
        using var local = await client.Service.AcceptAsync();
        while (PingsOf(hub, id) == 0) await AdvanceAsync(time, hub, seconds: 1);
        await AdvanceAsync(time, hub, seconds: 2);
        Assert.Equal("timeout", (await hub.WaitForControlAsync(id, "disconnect")).Reason);
    }

    [Fact]
    [Statement("client 119")]
    public async Task QuietStream_ChecksAreNotEnabled_IsNeverAskedFor()
    {
        var time = new ManualTimeProvider();
        var (client, hub) = await ClientUnderTest.ConnectAsync(time);
        await using var _ = client;
        var id = await hub.ConnectAsync();
        using var local = await client.Service.AcceptAsync();
        await AdvanceAsync(time, hub, seconds: 90);
        Assert.Equal(0, PingsOf(hub, id));
    }

    private static NexusHealthCheckOptions Checks(int pong) => new() { Enabled = true, InactivityTimeout = TimeSpan.FromSeconds(10), PongTimeout = TimeSpan.FromSeconds(pong) };

    private static int PingsOf(HubSide hub, Guid id) => hub.Messages.Count(message => message.Event == "ping_client" && message.StreamId == id);

    /// <summary>Second by second, so that the session is not silent meanwhile and every look has been had.</summary>
    private static async Task AdvanceAsync(ManualTimeProvider time, HubSide hub, int seconds)
    {
        for (var i = 0; i < seconds; i++)
        {
            time.Advance(s_second);
            await hub.RoundTripAsync();
        }
    }
}
