using System.Net.Sockets;

namespace Nexus.SystemTests.Processes;

public sealed class FailureByGrpcTests() : FailureTests(new GrpcSystem())
{
    private protected override async Task AssertEndsWithItsHubAsync(Socket user) =>
        Assert.StartsWith("HTTP/1.1 502 ", await ReadPageAsync(user), StringComparison.Ordinal); // the edge says so

    private protected override async Task AssertEdgeIsMissedAsync(Socket user, Socket service)
    {
        Assert.True(await user.IsEndedAsync(), "The user's connection stayed open.");
        Assert.True(await service.IsEndedAsync(), "The service's connection stayed open.");
    }
}
