using System.Net.Sockets;
using Nexus.Testing;

namespace Nexus.SystemTests.Processes;

public sealed class FailureByGrpcTests(GrpcSystem system) : FailureTests(system), IClassFixture<GrpcSystem>
{
    private protected override async Task AssertEndsWithItsHubAsync(Socket user) =>
        Assert.StartsWith("HTTP/1.1 502 ", await ReadPageAsync(user), StringComparison.Ordinal); // the edge says so

    private protected override async Task AssertEdgeIsMissedAsync(Socket user, Socket service)
    {
        var reset = await Assert.ThrowsAsync<SocketException>(() => user.ReceiveAsync(new byte[1], Cancellation).BoundedAsync());
        Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode); // nobody may take it for an orderly end
        Assert.True(await service.IsEndedAsync(), "The service's connection stayed open.");
    }
}
