using Nexus.Edge.Datagrams;

namespace Nexus.Edge.Tests.Datagrams;

/// <summary>What a flow costs. Alone, because the heap is everybody's.</summary>
[Collection(nameof(FlowMemoryTests))]
[CollectionDefinition(nameof(FlowMemoryTests), DisableParallelization = true)]
public sealed class FlowMemoryTests
{
    private const int Flows = 50_000;

    [Fact]
    public void Flows_FiftyThousand_CostLessThanOneKibibyteEach()
    {
        var (table, link) = (new FlowTable(Flows, Flows), new Dictionary<ulong, Flow>());
        var before = Heap.Alive();
        for (var n = 0; n < Flows; n++)
        {
            var flow = new Flow(new FlowKey(FlowAddress.Read([10, (byte)(n >> 16), (byte)(n >> 8), (byte)n]), 5_000, 0)) { LastActive = n };
            table.Add(flow);
            link.Add((ulong)n, flow);
        }

        Assert.InRange((Heap.Alive() - before) / Flows, long.MinValue, 1_000);
        Assert.Equal(Flows, table.Count);
        GC.KeepAlive(link);
    }
}
