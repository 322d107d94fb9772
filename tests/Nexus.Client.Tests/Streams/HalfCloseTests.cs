using System.Net.Sockets;
using Nexus.Client.Tests.Scripted;
using Nexus.Testing;

namespace Nexus.Client.Tests.Streams;

/// <summary>A FIN of either side is passed on, and the other direction goes on (PROTOCOL.md §3.4).</summary>
public sealed class HalfCloseTests
{
    private const string Capable = ",\"half_close\":true";

    [Fact]
    [Statement("seen 3", "case 2")]
    public async Task Service_HalfCloses_HubIsToldBehindTheData_AndTheUsersBytesStillArrive()
    {
        var (client, hub) = await ClientUnderTest.ConnectAsync();
        await using var _ = client;
        var id = await hub.ConnectAsync(extra: Capable);
        using var local = await client.Service.AcceptAsync();

        await LocalService.SendAsync(local, [1, 2]);
        local.Shutdown(SocketShutdown.Send);
        await hub.WaitForControlAsync(id, "half_close");
        Assert.Equal([1, 2], hub.DataOf(id));
        await hub.SendDataAsync(id, [3, 4]);
        Assert.Equal([3, 4], await LocalService.ReceiveAsync(local, 2));
        Assert.DoesNotContain(hub.Messages, message => message.Event == "disconnect" && message.StreamId == id);
        await hub.SendControlAsync($$"""{"event":"half_close","client_id":"{{id}}"}""");

        Assert.Empty(await LocalService.ReceiveAllAsync(local));
        Assert.Equal("normal", (await hub.WaitForControlAsync(id, "disconnect")).Reason);
    }

    [Fact]
    public async Task Service_HalfCloses_AndTheHubDoesNotKnowHow_IsAnEnd()
    {
        var (client, hub) = await ClientUnderTest.ConnectAsync();
        await using var _ = client;
        var id = await hub.ConnectAsync();
        using var local = await client.Service.AcceptAsync();

        local.Shutdown(SocketShutdown.Send);

        Assert.Equal("normal", (await hub.WaitForControlAsync(id, "disconnect")).Reason);
        Assert.DoesNotContain(hub.Messages, message => message.Control?.ContainsKey("half_close") == true || message.Event == "half_close");
    }

    [Fact]
    public async Task Grant_SaysThatWeKnowHow_OnceAndOnlyToAHubThatDoes()
    {
        var (client, hub) = await ClientUnderTest.ConnectAsync();
        await using var _ = client;
        var id = await hub.ConnectAsync(extra: Capable);
        using var local = await client.Service.AcceptAsync();
        for (var i = 0; i < 16; i++) await hub.SendDataAsync(id, [1]);
        await LocalService.ReceiveAsync(local, 16);
        await hub.WaitForAsync(_ => hub.Messages.Where(message => message.Event == "resume_stream" && message.StreamId == id).Sum(message => message.Credits) == 64 + 16);

        var grants = hub.Messages.Where(message => message.Event == "resume_stream" && message.StreamId == id).ToList();
        Assert.True((bool?)grants[0].Control?["half_close"]);
        Assert.All(grants.Skip(1), grant => Assert.False(grant.Control?.ContainsKey("half_close")));
    }

    [Fact]
    public async Task Service_ClosesBothDirections_AndTheUserGoesOn_IsAnEndInOrder()
    {
        var (client, hub) = await ClientUnderTest.ConnectAsync();
        await using var _ = client;
        var id = await hub.ConnectAsync(extra: Capable);
        var local = await client.Service.AcceptAsync();
        local.Dispose();
        await hub.WaitForControlAsync(id, "half_close");

        // The first is answered with a reset by the system, the second meets it.
        var end = hub.WaitForControlAsync(id, "disconnect");
        while (!end.IsCompleted)
        {
            await hub.SendDataAsync(id, [1]);
            await hub.RoundTripAsync();
        }

        Assert.Equal("normal", (await end).Reason);
    }

    [Fact]
    public async Task Service_HalfCloses_AndTheHubEndsTheStream_ServiceStillGetsWhatWasSent()
    {
        var (client, hub) = await ClientUnderTest.ConnectAsync();
        await using var _ = client;
        var id = await hub.ConnectAsync(extra: Capable);
        using var local = await client.Service.AcceptAsync();
        local.Shutdown(SocketShutdown.Send);
        await hub.WaitForControlAsync(id, "half_close");

        await hub.SendDataAsync(id, [5]);
        await hub.DisconnectAsync(id);

        Assert.Equal([5], await LocalService.ReceiveAllAsync(local));
    }

    [Fact]
    public async Task HalfClose_OfTheHub_IsAFinForTheServiceWhichGoesOnAnswering()
    {
        var (client, hub) = await ClientUnderTest.ConnectAsync();
        await using var _ = client;
        var id = await hub.ConnectAsync();
        using var local = await client.Service.AcceptAsync();

        await hub.SendDataAsync(id, [1, 2, 3]);
        await hub.SendControlAsync($$"""{"event":"half_close","client_id":"{{id}}"}""");
        Assert.Equal([1, 2, 3], await LocalService.ReceiveAllAsync(local));
        await LocalService.SendAsync(local, [4, 5]);
        Assert.Equal([4, 5], await hub.WaitForDataAsync(id, 2));
        local.Shutdown(SocketShutdown.Send);

        Assert.Equal("normal", (await hub.WaitForControlAsync(id, "disconnect")).Reason);
    }
}
