using Microsoft.Extensions.Logging;
using Nexus.Hub.Tests.Peers;
using Nexus.Protocol.Channels;
using Nexus.Testing;

namespace Nexus.Hub.Tests.Streams;

/// <summary>Users do not fill the log: what is told of each is told at level Debug.</summary>
public sealed class QuietLogTests
{
    private const int Users = 20;

    [Fact]
    [Statement("seen 1", "seen 14")]
    public async Task Users_ServedResetAndRefused_AreToldOfAtDebugOnly()
    {
        await using var hub = await HubUnderTest.StartAsync();
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        var before = hub.Logs.At(LogLevel.Information).Count;
        for (var i = 0; i < Users; i++)
        {
            await using var user = await hub.ConnectAsync("app.test", [1]);
            var id = (await backend.ReceiveEventAsync("connect")).Id;
            if (i % 2 == 0)
            {
                await backend.SendEventAsync("disconnect", id);
                Assert.Equal(ChannelReadStatus.End, (await user.ReceiveAllAsync()).End);
            }
            else
            {
                user.Reset();
            }

            Assert.False((await hub.OpenAsync("nobody.test")).IsAccepted);
        }

        await hub.Metrics.WaitForSumAsync("nexus.hub.active_streams", 0);
        Assert.Equal(before, hub.Logs.At(LogLevel.Information).Count);
        Assert.True(hub.Logs.Of("StreamReception").Count >= 2 * Users);
    }
}
