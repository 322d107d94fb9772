using System.Net.Sockets;
using Nexus.Testing;

namespace Nexus.SystemTests.Processes;

public sealed class FailureByHandOverTests(SystemUnderTest system) : FailureTests(system), IClassFixture<SystemUnderTest>
{
    private protected override async Task AssertEndsWithItsHubAsync(Socket user)
    {
        var reset = await Assert.ThrowsAsync<SocketException>(() => user.ReceiveAsync(new byte[1], Cancellation).BoundedAsync());
        Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode); // nobody may take it for an orderly end
    }

    private protected override async Task AssertEdgeIsMissedAsync(Socket user, Socket service)
    {
        var buffer = new byte[4];
        await service.SendAsync("down"u8.ToArray(), Cancellation);
        Assert.Equal(4, await user.ReceiveAsync(buffer, Cancellation).BoundedAsync());
        await user.SendAsync("up"u8.ToArray(), Cancellation);
        Assert.Equal(2, await service.ReceiveAsync(buffer, Cancellation).BoundedAsync());
    }
}
