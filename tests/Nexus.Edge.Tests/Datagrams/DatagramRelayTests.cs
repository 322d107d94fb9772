using System.Text;
using Nexus.Contracts.Carriers;
using Nexus.Contracts.Routing.V1;
using Nexus.Edge.Datagrams;
using Nexus.Edge.Tests.Fakes;

namespace Nexus.Edge.Tests.Datagrams;

/// <summary>spec/node.md §4: a UDP relay port, from the user's socket to the call to a hub.</summary>
public sealed class DatagramRelayTests : IAsyncLifetime
{
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(20);

    private readonly List<IDisposable> _users = [];
    private EchoHub? _hub;
    private EdgeUnderTest? _edge;
    private ulong _revision = 1;

    private EchoHub Hub => _hub ?? throw new InvalidOperationException("Not started.");

    private EdgeUnderTest Edge => _edge ?? throw new InvalidOperationException("Not started.");

    private int RelayPort => Edge.Get<DatagramRelay>().Ports[0].Port;

    public async ValueTask InitializeAsync() => _hub = await EchoHub.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _users.ForEach(user => user.Dispose());
        if (_edge is not null) await _edge.DisposeAsync();
        if (_hub is not null) await _hub.DisposeAsync();
    }

    [Fact]
    [Statement("node 94")]
    public async Task Datagrams_BothWays_KeepTheirBoundaries_AndRepliesComeFromTheRelayPort()
    {
        await StartAsync();
        var user = Connect();
        user.Send("one");
        user.Send("");
        user.Send("three");

        var opened = await Hub.NextAsync();
        Assert.Equal(new OpenStream { ClientAddress = user.Address, LocalPort = RelayPort, ClaimedPort = RelayPort, Transport = "udp" }, opened.Open);
        foreach (var expected in (string[])["one", "", "three"]) Assert.Equal(expected, Text(await Hub.NextAsync()));

        foreach (var reply in (string[])["", "two"])
        {
            EchoHub.Reply(opened, Encoding.UTF8.GetBytes(reply));
            Assert.Equal(reply, await user.ReceiveTextAsync()); // its socket takes nothing from elsewhere
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("0.0.0.0")]
    [Statement("node 94")]
    public async Task Reply_OfAPortOnEveryAddress_LeavesFromTheOneThatWasReached(string bindAddress)
    {
        await StartAsync(("Nexus:Edge:Listening:BindAddress", bindAddress));
        foreach (var address in (string[])["127.0.0.1", "127.0.0.77"])
        {
            var user = new UdpUser(RelayPort, address);
            _users.Add(user);
            user.Send("hello");
            EchoHub.Reply(await Hub.NextAsync(), "from there"u8);
            Assert.Equal("from there", await user.ReceiveTextAsync());
            await Hub.NextAsync();
        }
    }

    [Fact]
    [Statement("node 95")]
    public async Task Flow_Idle_EndsAndTheNextDatagramOpensAnother()
    {
        await StartAsync();
        var user = Connect();
        user.Send("first");
        var first = await Hub.NextAsync();
        await Hub.NextAsync();
        Edge.Time.Advance(s_idle - TimeSpan.FromSeconds(1));
        user.Send("in time");
        Assert.Equal((first.Flow, "in time"), await DatagramAsync());

        Edge.Time.Advance(s_idle + TimeSpan.FromSeconds(1));
        var end = await Hub.NextAsync();
        Assert.Equal((first.Flow, FlowEnd.Idle), (end.Flow, end.End));
        user.Send("again");
        var second = await Hub.NextAsync();
        Assert.NotNull(second.Open);
        Assert.NotEqual(first.Flow, second.Flow);
        Assert.Equal((second.Flow, "again"), await DatagramAsync());
    }

    [Fact]
    [Statement("node 95")]
    public async Task Flow_KeptByRepliesAlone_Lives_ButNotForEver()
    {
        await StartAsync();
        var user = Connect();
        user.Send("subscribe");
        var opened = await Hub.NextAsync();
        await Hub.NextAsync();
        var seconds = 0;
        while (Edge.Get<DatagramRelay>().Ports[0].FlowCount > 0)
        {
            EchoHub.Reply(opened, "news"u8);
            await user.ReceiveAsync();
            Edge.Time.Advance(s_idle / 2);
            seconds += (int)(s_idle / 2).TotalSeconds;
            Assert.InRange(seconds, 0, 1_000);
            if (seconds >= 220) break;
        }

        Assert.InRange(seconds, 200, 230);
        var end = await AfterAsync(() => Edge.Time.Advance(s_idle));
        Assert.Equal(FlowEnd.Idle, end.End);
    }

    [Fact]
    [Statement("node 96")]
    public async Task IdleTime_IsTheLongestOfAllBackends_AndFollowsThemWhenTheyLeave()
    {
        await StartAsync();
        await SetIdleAsync(TimeSpan.FromSeconds(100), "hub-other");
        var user = Connect();
        user.Send("hello");
        await Hub.NextAsync();
        await Hub.NextAsync();
        Edge.Time.Advance(TimeSpan.FromSeconds(90));
        user.Send("still the same");
        Assert.NotNull((await Hub.NextAsync()).Datagram);

        var revision = ++_revision;
        Edge.Watch?.Delta(revision, delta => delta.TargetRemovals.Add("hub-other"));
        await Edge.RoutesInForceAsync(revision);
        var end = await AfterAsync(() => Edge.Time.Advance(s_idle));
        Assert.Equal(FlowEnd.Idle, end.End);
    }

    [Fact]
    [Statement("node 97")]
    public async Task Oversize_EitherWay_IsDroppedAndTheFlowGoesOn()
    {
        await StartAsync(("Nexus:Edge:Datagrams:MaxDatagramBytes", "100"));
        var user = Connect();
        user.Send(new byte[101]);
        user.Send(new byte[100]);
        var opened = await Hub.NextAsync();
        Assert.Equal(100, (await Hub.NextAsync()).Datagram?.Length);
        EchoHub.Reply(opened, new byte[101]);
        EchoHub.Reply(opened, new byte[100]);
        Assert.Equal(100, (await user.ReceiveAsync()).Length);
        Assert.Equal(2, Edge.Metrics.Sum("nexus.edge.datagrams.dropped", ("error.type", "oversize")));
    }

    [Fact]
    [Statement("node 99")]
    public async Task Table_Full_LeastRecentlyUsedGoes()
    {
        await StartAsync(("Nexus:Edge:Datagrams:MaxFlows", "3"));
        var users = Enumerable.Range(0, 3).Select(_ => Connect()).ToArray();
        var flows = new List<ulong>();
        foreach (var user in users)
        {
            user.Send("hello");
            flows.Add((await Hub.NextAsync()).Flow);
            await Hub.NextAsync();
        }

        users[0].Send("used again");
        await Hub.NextAsync();
        Connect().Send("one more");
        var events = new[] { await Hub.NextAsync(), await Hub.NextAsync(), await Hub.NextAsync() };
        Assert.Equal((flows[1], FlowEnd.Evicted), events.Where(happened => happened.End is not null).Select(happened => (happened.Flow, happened.End ?? default)).Single());
        Assert.Equal(3, Edge.Get<DatagramRelay>().Ports[0].FlowCount);
        Assert.Equal(1, Edge.Metrics.Sum("nexus.edge.flows", ("nexus.edge.end", "evicted")));
    }

    [Fact]
    public async Task Hub_Lost_NextDatagramOpensTheFlowAtAnother()
    {
        await StartAsync();
        var user = Connect();
        user.Send("hello");
        await Hub.NextAsync();
        await Hub.NextAsync();
        await using var other = await EchoHub.StartAsync();
        var revision = ++_revision;
        Edge.Watch?.Delta(revision, delta =>
        {
            delta.TargetUpserts.Add(WatchCall.TargetOf(other.Address));
            delta.RouteUpserts.Add(RouteOf(WatchCall.IdOf(other.Address), s_idle));
        });
        await Edge.RoutesInForceAsync(revision);
        await Hub.DisposeAsync();
        await Edge.Metrics.WaitForSumAsync("nexus.edge.flows", 1).BoundedAsync();
        user.Send("again");
        Assert.NotNull((await other.NextAsync()).Open);
    }

    [Fact]
    public async Task Hub_EndsTheFlow_NextDatagramOpensAnother()
    {
        await StartAsync();
        var user = Connect();
        user.Send("hello");
        var first = await Hub.NextAsync();
        await Hub.NextAsync();
        first.Outbox.End(first.Flow, FlowEnd.BackendEnded);
        await Edge.Metrics.WaitForSumAsync("nexus.edge.flows", 1, ("nexus.edge.end", "backend_ended")).BoundedAsync();
        user.Send("again");
        Assert.NotNull((await Hub.NextAsync()).Open);
    }

    [Fact]
    public async Task NobodyServesThePort_DatagramsAreCountedAndForgotten()
    {
        await StartAsync();
        var revision = ++_revision;
        Edge.Watch?.Delta(revision, delta => delta.TargetRemovals.Add(WatchCall.IdOf(Hub.Address)));
        await Edge.RoutesInForceAsync(revision);
        Connect().Send("hello");
        await Edge.Metrics.WaitForSumAsync("nexus.edge.datagrams.dropped", 1, ("error.type", "no_route")).BoundedAsync();
        Assert.Equal(0, Edge.Get<DatagramRelay>().Ports[0].FlowCount);
    }

    private async Task StartAsync(params IEnumerable<(string, string)> settings)
    {
        var all = new Dictionary<string, string> { ["Nexus:Edge:Listening:BindAddress"] = "127.0.0.1", ["Nexus:Edge:Datagrams:Ports:0"] = "0" };
        foreach (var (key, value) in settings) all[key] = value;
        _edge = await EdgeUnderTest.StartAsync(all.Select(setting => (setting.Key, setting.Value)));
        await SetIdleAsync(s_idle, WatchCall.IdOf(Hub.Address), Hub.Address);
    }

    /// <summary>The idle time that a hub announces; one without an address takes no flows.</summary>
    private async Task SetIdleAsync(TimeSpan idle, string target, Uri? address = null)
    {
        var revision = ++_revision;
        Edge.Watch?.Delta(revision, delta =>
        {
            delta.TargetUpserts.Add(new Target { Id = target, StreamAddress = address?.ToString() ?? "nowhere" });
            delta.RouteUpserts.Add(RouteOf(target, idle));
        });
        await Edge.RoutesInForceAsync(revision);
        Edge.Time.Advance(TimeSpan.FromSeconds(1)); // the sweep takes note
    }

    private TargetRoute RouteOf(string target, TimeSpan idle) =>
        new() { TargetId = target, Key = new RouteKey { UdpPort = (uint)RelayPort }, Weight = 1, FlowIdleMilliseconds = (uint)idle.TotalMilliseconds };

    private UdpUser Connect()
    {
        var user = new UdpUser(RelayPort);
        _users.Add(user);
        return user;
    }

    private async Task<(ulong Flow, string Datagram)> DatagramAsync()
    {
        var happened = await Hub.NextAsync();
        return (happened.Flow, Text(happened));
    }

    /// <summary>What the hub hears next, moving the clock until it hears something.</summary>
    private async Task<EchoHub.FlowEvent> AfterAsync(Action advance)
    {
        var next = Hub.NextAsync();
        advance();
        Edge.Time.Advance(TimeSpan.FromSeconds(1));
        return await next;
    }

    private static string Text(EchoHub.FlowEvent happened) => Encoding.UTF8.GetString(happened.Datagram ?? throw new InvalidOperationException($"{happened} is no datagram."));
}
