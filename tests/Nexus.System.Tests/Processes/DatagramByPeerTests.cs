using Nexus.Testing;

namespace Nexus.SystemTests.Processes;

/// <summary>Users in another region than the backend.</summary>
public sealed class DatagramByPeerTests(PeerSystem system) : DatagramTests(system), IClassFixture<PeerSystem>
{
    [Theory]
    [Statement("node 129")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task MeshKilled_TheUsersNextDatagramsGoThroughOnceItIsBack(bool isNear)
    {
        var mesh = isNear ? system.NearMesh ?? throw new InvalidOperationException("There is one region only.") : system.Mesh;
        using var user = new UdpUser(system.UdpPort);
        await user.PersistAsync("before");
        await mesh.KillAsync();
        user.Send("lost");
        mesh.Start();
        await mesh.WaitUntilHealthyAsync();
        await user.PersistAsync("after");
    }
}
