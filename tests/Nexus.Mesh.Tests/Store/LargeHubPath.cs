using Grpc.Net.Client;
using Nexus.Contracts.Routing.V1;
using Nexus.Mesh.Tests.Directory;
using Nexus.Mesh.Tests.Peering.Fakes;
using RouteKey = Nexus.Protocol.Naming.RouteKey;

namespace Nexus.Mesh.Tests.Store;

/// <summary>
/// The whole way of a change: a hub's call, its mesh, Redis, another mesh of the region, links to a mesh of another region, and an edge's
/// call at each of the three; beside them a scripted peer, which sees what is said on a link.
/// </summary>
internal sealed class LargeHubPath : IAsyncDisposable
{
    // Nothing is renewed or looked at while it is counted.
    private static readonly (string, string)[] s_slow =
    [
        ("Nexus:Mesh:Directory:Lease", "00:10:00"), ("Nexus:Mesh:Store:Lease", "00:10:00"), ("Nexus:Mesh:Store:RenewInterval", "00:03:00"),
        ("Nexus:Mesh:Store:ReconcileInterval", "00:10:00"), ("Nexus:Mesh:Store:CallTimeout", "00:00:10"),
    ];

    private readonly string _prefix = $"t{Guid.NewGuid():n}";
    private readonly PeerPki _pki = new();
    private readonly List<LinkedMesh> _meshes = [];
    private readonly List<GrpcChannel> _channels = [];
    private readonly List<WatchCall> _edges = [];
    private FakeHub? _hub;
    private ScriptedPeer? _peer;
    private HubAnnouncement? _announcement;

    /// <summary>Returns when every edge knows the names, which belong to one hub.</summary>
    public static async Task<LargeHubPath> StartAsync(RedisUnderTest redis, int names)
    {
        var path = new LargeHubPath();
        var isStarted = false;
        try
        {
            await path.StartMeshesAsync(redis);
            path._hub = await FakeHub.StartAsync();
            path._announcement = await path._meshes[0].AnnounceAsync(path._hub, [.. Enumerable.Range(0, names).Select(i => $"name{i}.customers.example.com")]);
            foreach (var mesh in path._meshes) await LinkedMesh.EventuallyAsync(() => mesh.Directory.Table.RouteCount == names, "The names are not known everywhere.");
            foreach (var mesh in path._meshes)
            {
                var channel = GrpcChannel.ForAddress(mesh.GrpcAddress, new GrpcChannelOptions { MaxReceiveMessageSize = 64 << 20 }); // as edges have it
                path._channels.Add(channel);
                var edge = new WatchCall(new RouteDirectory.RouteDirectoryClient(channel));
                path._edges.Add(edge);
                Assert.Equal(names, (await edge.NextAsync()).Snapshot.Routes.Count);
            }

            path._peer = await ScriptedPeer.LinkExtendedAsync(path._meshes[1]);
            Assert.Equal(names, (await path._peer.NextAnnouncementAsync()).Names.Length);
            isStarted = true;
            return path;
        }
        finally
        {
            if (!isStarted) await path.DisposeAsync();
        }
    }

    /// <summary>Adds so many names and removes them again, one at a time, each when every edge has seen the one before.</summary>
    public async Task<ChangeCost> MeasureAsync(int names)
    {
        await ChangeAsync(["warm-up.test"], []);
        await ChangeAsync([], ["warm-up.test"]);
        var (toEdge, toPeer) = (0, 0);
        var (commands, allocated) = (Commands(), GC.GetTotalAllocatedBytes(precise: true));
        for (var i = 0; i < names; i++) Note(await ChangeAsync([$"new{i}.test"], []));
        for (var i = 0; i < names; i++) Note(await ChangeAsync([], [$"new{i}.test"]));
        return new(Commands() - commands, (GC.GetTotalAllocatedBytes(precise: true) - allocated) / (2 * names), toEdge, toPeer);

        void Note((int ToEdge, int ToPeer) size) => (toEdge, toPeer) = (Math.Max(toEdge, size.ToEdge), Math.Max(toPeer, size.ToPeer));
    }

    public async ValueTask DisposeAsync()
    {
        _edges.ForEach(edge => edge.Dispose());
        _channels.ForEach(channel => channel.Dispose());
        if (_peer is not null) await _peer.DisposeAsync();
        foreach (var mesh in Enumerable.Reverse(_meshes)) await mesh.DisposeAsync();
        if (_hub is not null) await _hub.DisposeAsync();
        _pki.Dispose();
    }

    private async Task StartMeshesAsync(RedisUnderTest redis)
    {
        (string, string)[] near = [.. s_slow, ("ConnectionStrings:redis", redis.ConnectionString), ("Nexus:Mesh:Store:Prefix", _prefix)];
        for (var i = 0; i < 2; i++) _meshes.Add(await LinkedMesh.StartAsync(_pki, null, null, near));
        var peers = _meshes.Select((mesh, i) => LinkedMesh.Option($"Peers:{i}", mesh.PeerUrl));
        _meshes.Add(await LinkedMesh.StartAsync(_pki, null, null, [("Nexus:Mesh:Region", "far"), .. s_slow, .. peers]));
        await LinkedMesh.EventuallyAsync(() => _meshes[2].Links.All.Count(link => link.TakesTunnels) == 2, "The regions are not linked.");
    }

    private double Commands() => _meshes.Sum(mesh => mesh.Metrics.Sum("nexus.mesh.store.commands"));

    /// <summary>How large the messages were that told it.</summary>
    private async Task<(int ToEdge, int ToPeer)> ChangeAsync(string[] added, string[] removed)
    {
        if (_announcement is null || _peer is null) throw new InvalidOperationException("Not started.");
        await _announcement.ChangeAsync(added, removed);
        var told = await Task.WhenAll(_edges.Select(NextRoutesAsync));
        foreach (var delta in told.Select(each => each.Delta))
        {
            Assert.Equal(added, delta.RouteUpserts.Select(route => route.Key.Host));
            Assert.Equal(removed, delta.RouteRemovals.Select(route => route.Key.Host));
        }

        await SettleAsync(added, removed);
        var text = await _peer.NextAnnouncementAsync();
        Assert.Equal("announce_delta", text.Type);
        return (told.Max(each => each.CalculateSize()), text.Payload.Length);
    }

    /// <summary>Both links of the far mesh have told it: the slower one would else tell of it when it has changed once more.</summary>
    private Task SettleAsync(string[] added, string[] removed)
    {
        var (links, table) = (_meshes[2].Links, _meshes[2].Table);
        return LinkedMesh.EventuallyAsync(
            () => added.All(name => links.All.All(link => table.Choose(RouteKey.ForHost(name), [.. links.All.Where(other => other != link)]) == link))
                && !removed.Any(name => table.Serves(RouteKey.ForHost(name))),
            "A link has not told of the change.");
    }

    /// <summary>Not that a region has come nearer.</summary>
    private static async Task<WatchResponse> NextRoutesAsync(WatchCall edge)
    {
        while (true)
        {
            var next = await edge.NextAsync();
            if (next.Delta.RouteUpserts.Count + next.Delta.RouteRemovals.Count > 0) return next;
        }
    }
}
