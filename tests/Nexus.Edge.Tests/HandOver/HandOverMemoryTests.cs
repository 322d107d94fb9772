using System.Runtime.Versioning;
using Nexus.Contracts.Carriers.HandOver;
using Nexus.Edge.Tests.Fakes;

namespace Nexus.Edge.Tests.HandOver;

[Collection(nameof(HandOverMemoryTests))]
[CollectionDefinition(nameof(HandOverMemoryTests), DisableParallelization = true)]
[SupportedOSPlatform("linux")]
public sealed class HandOverMemoryTests
{
    private const int Users = 1_800; // many, because buffers that the pools let go of in between count as well
    private const int BytesPerUser = 3 * 1024;

    /// <summary>What the edge keeps for its limits, its log line and its metrics until the hub reports the end.</summary>
    [Fact]
    public async Task UserThatWasHandedOver_CostsTheEdgeLessThanThreeKibibytes()
    {
        var (edge, hub) = await HandOverHub.StartAsync(null, ("Logging:LogLevel:Nexus.Edge.Passthrough", "Warning"));
        await using var _ = edge;
        await using var __ = hub;
        var users = new List<(User User, HandOverArrival Arrival)>();
        for (var i = 0; i < Users; i++) users.Add(await hub.ConnectAsync(edge));
        users.ForEach(user => user.Arrival.LetGo());
        await edge.Metrics.WaitForSumAsync("nexus.edge.streams", Users);

        var held = Heap.Alive();
        foreach (var (_, arrival) in users) await arrival.EndAsync("user_reset", 0, 0);
        await edge.Metrics.WaitForSumAsync("nexus.edge.connections", Users);
        var perUser = (held - Heap.Alive()) / Users;
        Assert.True(perUser < BytesPerUser, $"{perUser} bytes for each user");
        users.ForEach(user => user.User.Dispose());
    }
}
