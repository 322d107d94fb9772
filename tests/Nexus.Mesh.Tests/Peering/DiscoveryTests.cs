using Nexus.Mesh.Store;
using Nexus.Mesh.Tests.Peering.Fakes;
using Nexus.Mesh.Tests.Store;

namespace Nexus.Mesh.Tests.Peering;

/// <summary>Meshes that share a Redis find those of other regions in it, without a list of peers.</summary>
public sealed class DiscoveryTests(Servers servers) : IDisposable
{
    private readonly string _prefix = $"discovery-{Guid.NewGuid():n}";
    private readonly List<FreePort> _ports = [];

    [Fact]
    public async Task TwoRegions_ShareARedis_EveryMeshIsLinkedWithThoseOfTheOtherRegionAlone()
    {
        using var pki = new PeerPki();
        await using var one = await StartAsync(pki, "east");
        await using var two = await StartAsync(pki, "east");
        await using var far = await StartAsync(pki, "west");
        await LinkedAsync(one, far, 2); // each has dialled the other
        await LinkedAsync(two, far, 2);
        Assert.DoesNotContain(one.Links.All, link => link.Region != "west");
        Assert.DoesNotContain(two.Links.All, link => link.Region != "west");
        Assert.Equal(4, far.Links.All.Count());

        await using var hub = await FakeHub.StartAsync();
        await far.AnnounceAsync(hub, "far.test");
        await one.ServedAsync("far.test");
        await two.ServedAsync("far.test");
    }

    [Fact]
    public async Task Mesh_OfAThirdRegion_IsFoundWhenItComes_AndDialledNoMoreWhenItHasGone()
    {
        using var pki = new PeerPki();
        await using var east = await StartAsync(pki, "east");
        await using var west = await StartAsync(pki, "west");
        await LinkedAsync(east, west, 2);
        var north = await StartAsync(pki, "north");
        await LinkedAsync(east, north, 2);
        await LinkedAsync(west, north, 2);

        var gone = north.NodeId;
        await north.BeginStop().BoundedAsync();
        await north.DisposeAsync();
        foreach (var mesh in new[] { east, west })
        {
            await LinkedMesh.EventuallyAsync(() => !mesh.Get<Members>().All.ContainsKey(gone), "It is still a member.");
            await LinkedMesh.EventuallyAsync(() => mesh.Metrics.Sum("nexus.mesh.peers") == 1, "It is still dialled.");
        }

        Assert.Equal(2, east.Links.All.Count(link => link.Node?.Name == west.NodeId));
    }

    /// <summary>Redis says where, not whom to trust.</summary>
    [Fact]
    public async Task Member_WhoseCertificateIsBelowNoTrustedSuffix_IsNotLinked()
    {
        using var pki = new PeerPki();
        using var foreign = pki.Issue("localhost", "near.elsewhere.test");
        await using var east = await StartAsync(pki, "east");
        await using var impostor = await LinkedMesh.StartAsync(pki, null, null, await SettingsAsync("west"), foreign);
        var refused = await east.LoggedAsync("OutgoingPeers", 3);
        Assert.Contains("below a trusted domain suffix", refused.Message, StringComparison.Ordinal);
        await east.LoggedAsync("PeerGate", 9); // and does not come in
        Assert.Empty(east.Links.All);
    }

    public void Dispose() => _ports.ForEach(port => port.Dispose());

    private static Task LinkedAsync(LinkedMesh mesh, LinkedMesh other, int count) => LinkedMesh.EventuallyAsync(
        () => mesh.Links.All.Count(link => link.Node?.Name == other.NodeId) == count && mesh.Links.All.All(link => link.TakesTunnels),
        $"{mesh.NodeId} is not linked with {other.NodeId}.");

    private async Task<LinkedMesh> StartAsync(PeerPki pki, string region) => await LinkedMesh.StartAsync(pki, null, null, await SettingsAsync(region));

    private async Task<(string Key, string Value)[]> SettingsAsync(string region)
    {
        var port = FreePort.Reserve();
        _ports.Add(port);
        return
        [
            ("Nexus:Mesh:Region", region),
            ("ConnectionStrings:redis", (await servers.GetAsync(RedisKind.Garnet)).ConnectionString),
            ("Nexus:Mesh:Store:Prefix", _prefix),
            LinkedMesh.Option("ListenAddress", port.EndPoint.ToString()),
            LinkedMesh.Option("PublicUrl", $"wss://localhost:{port.Port}/mesh"),
        ];
    }
}
