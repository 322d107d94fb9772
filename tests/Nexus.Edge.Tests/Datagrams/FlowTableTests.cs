using Nexus.Edge.Datagrams;
using Nexus.Edge.Peeking;

namespace Nexus.Edge.Tests.Datagrams;

/// <summary>Who has to go when a port's table is full.</summary>
public sealed class FlowTableTests
{
    private long _now;

    [Fact]
    [Statement("node 99")]
    public void Flood_OfForgedAddresses_NeverDrivesOutConfirmedFlows()
    {
        var table = new FlowTable(1_000, 1_000);
        var honest = Enumerable.Range(0, 700).Select(n => Use(table, NewFlow(n))).ToList();
        foreach (var flow in honest)
        {
            flow.IsConfirmed = true;
            Use(table, flow);
        }

        for (var n = 0; n < 100_000; n++)
        {
            Use(table, NewFlow(1_000 + n));
            Assert.InRange(table.Count, 1, 1_000);
        }

        Assert.All(honest, flow => Assert.False(flow.IsRemoved));
    }

    [Fact]
    public void OneClient_WithAllItsPorts_DrivesOutOnlyItself()
    {
        var table = new FlowTable(100, 10);
        var others = Enumerable.Range(0, 50).Select(n => Use(table, NewFlow(n))).ToList();
        var own = Enumerable.Range(1, 1_000).Select(port => Use(table, new Flow(Key(7_000, port)))).ToList();
        Assert.All(others, flow => Assert.False(flow.IsRemoved));
        Assert.Equal(own[^10..], own.Where(flow => !flow.IsRemoved));
    }

    [Fact]
    [Statement("node 99")]
    public void AnyOrderOfUses_TableIsBoundedAndWhatWasUsedLastIsThere()
    {
        var random = new Random(5);
        var table = new FlowTable(50, 20);
        for (var step = 0; step < 50_000; step++)
        {
            var key = Key(random.Next(10), random.Next(1, 30));
            if (!table.TryFind(key, out var flow)) flow = new Flow(key);
            else flow.IsConfirmed |= random.Next(3) == 0;
            Use(table, flow);
            Assert.InRange(table.Count, 1, 50);
            Assert.True(table.TryFind(key, out var found) && found == flow);
            if (random.Next(100) == 0) table.RemoveBefore(_now - 40, []);
        }

        List<Flow> rest = [];
        table.RemoveBefore(_now, rest);
        Assert.Equal(0, table.Count);
        Assert.All(rest, flow => Assert.True(flow.IsRemoved));
    }

    /// <summary>A hash code without a secret lets anybody with one /64 make every look-up in the table a walk through thousands.</summary>
    [Fact]
    public void Users_WhoseAddressesWereChosenForIt_ShareNoHashCode()
    {
        // Both halves of a number, one over the other: the framework's hash code of all these is the same.
        var numbers = Enumerable.Range(0, 4_096).Select(n => ((ulong)n << 32) | (uint)n).ToList();
        var users = numbers.Select(low => new FlowKey(new(0x2001_0DB8_0000_0000, low), 5_000, 0).GetHashCode());
        var networks = numbers.Select(bits => new ClientNetwork(IsIPv4: false, bits).GetHashCode());
        Assert.InRange(users.Distinct().Count(), 4_000, 4_096);
        Assert.InRange(networks.Distinct().Count(), 4_000, 4_096);
    }

    private static Flow NewFlow(int n) => new(Key(n, 5_000));

    private static FlowKey Key(int network, int port) => new(FlowAddress.Read([10, (byte)(network >> 16), (byte)(network >> 8), (byte)network]), (ushort)port, 0);

    private Flow Use(FlowTable table, Flow flow)
    {
        flow.LastActive = ++_now;
        if (flow.OfClient.List is null) table.Add(flow);
        else table.Touch(flow);
        return flow;
    }
}
