using Nexus.Hub.Tests.Peers;
using Nexus.Testing;

namespace Nexus.Hub.Tests.Streams;

/// <summary>What a flow costs. Alone, because the heap is everybody's.</summary>
[Collection(nameof(FlowMemoryTests))]
[CollectionDefinition(nameof(FlowMemoryTests), DisableParallelization = true)]
public sealed class FlowMemoryTests
{
    private const int Flows = 50_000;
    private const int Window = 500;

    [Fact]
    public async Task Flows_FiftyThousand_CostLessThanOneKibibyteEach()
    {
        await using var hub = await HubUnderTest.StartAsync(("Nexus:Hub:Authentication:AllowedUdpPortClaims:0", "53"));
        await using var backend = await BackendPeer.LoginAsync(
            hub, new Dictionary<string, object?>(TestToken.Claims()) { ["hostnames"] = null, ["udp_routes"] = new[] { new { port = 53 } } });
        await using var edge = new FlowPeer(hub);
        await OpenAsync(edge, backend, 1, Window); // buffers that stay, and code that is compiled, are not the flows'
        var before = Heap.Alive();
        await OpenAsync(edge, backend, Window + 1, Flows + Window);
        Assert.InRange((Heap.Alive() - before) / Flows, long.MinValue, 1024);
    }

    private static async Task OpenAsync(FlowPeer edge, BackendPeer backend, int from, int to)
    {
        for (var flow = from; flow <= to; flow++)
        {
            edge.Open((ulong)flow);
            if (flow % Window != 0) continue;
            for (var i = 0; i < Window; i++) await backend.ReceiveEventAsync("connect");
        }
    }
}
