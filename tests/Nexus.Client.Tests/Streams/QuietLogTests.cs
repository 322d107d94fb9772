using Microsoft.Extensions.Logging;
using Nexus.Client.Tests.Scripted;
using Nexus.Testing;

namespace Nexus.Client.Tests.Streams;

/// <summary>Users do not fill the log: what is told of each is told at level Debug.</summary>
public sealed class QuietLogTests
{
    private const int NoRoute = 202;
    private const int DialFailed = 204;
    private const int Users = 20;

    [Fact]
    [Statement("seen 1", "seen 14")]
    public async Task Users_ServedRefusedAndWithoutTheirService_AreToldOfAtDebugOnly()
    {
        var time = new ManualTimeProvider();
        var (client, hub) = await ClientUnderTest.ConnectAsync(time, options => options.PortMappings = new Dictionary<int, NexusPortMapping>(options.PortMappings) { [81] = new() { Default = "127.0.0.1:1" } });
        await using var _ = client;
        await hub.RoundTripAsync(); // the first of its kind is a warning
        await FailAsync(hub, 81);
        var before = client.Logs.At(LogLevel.Information).Count;

        for (var i = 0; i < Users; i++)
        {
            var id = await hub.ConnectAsync();
            using var local = await client.Service.AcceptAsync();
            await hub.SendDataAsync(id, [1]);
            await LocalService.ReceiveAsync(local, 1);
            if (i % 2 == 0) await hub.DisconnectAsync(id);
            else local.Dispose();
            await FailAsync(hub, 81);
            await hub.RoundTripAsync();
        }

        Assert.Equal(before, client.Logs.At(LogLevel.Information).Count);
        Assert.True(client.Logs.Records.Count >= before + (3 * Users));

        for (var second = 0; second < 11; second++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await hub.RoundTripAsync();
        }

        await FailAsync(hub, 81);
        Assert.Equal(2, client.Logs.At(LogLevel.Warning).Count(log => log.EventId.Id == DialFailed));
        Assert.Equal(2, client.Logs.At(LogLevel.Warning).Count(log => log.EventId.Id == NoRoute));
    }

    private static async Task FailAsync(HubSide hub, int port) => await hub.WaitForControlAsync(await hub.ConnectAsync(port), "disconnect");
}
