using Nexus.Hub.Tests.Peers;

namespace Nexus.Hub.Tests.Sessions;

public sealed class HandshakeTests
{
    [Fact]
    public async Task Login_ValidTokens_SessionServesItsHostname()
    {
        await using var hub = await HubUnderTest.StartAsync();
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await using var user = await hub.ConnectAsync("app.test", "hello"u8.ToArray());

        var connect = await backend.ReceiveEventAsync("connect");
        var data = await backend.ReceiveAsync();
        Assert.Equal("hello"u8.ToArray(), data?.Data);
        await backend.SendDataAsync(connect.Id, "world"u8.ToArray());
        Assert.Equal("world"u8.ToArray(), await user.ReceiveAsync(5));
    }
}
