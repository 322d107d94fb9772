namespace Nexus.Mesh.Tests.Peering.Golden;

/// <summary>
/// What two nodes of the original said to each other, with a whole mesh of ours in the place of either: it dials the links that this one dialled, and
/// accepts the others; its users are those of the recorded one, or its backends are. Node A has the users, node B the backends; in 14f both are B's.
/// </summary>
/// <remarks>
/// Ours differs on purpose: a close is not answered with another; a user's FIN alone is no close; who cannot be served is told so at once; a user with no
/// address is refused; behind a pause nothing more is read; a stop lets users finish and closes with 1001; the end of a link ends its users.
/// </remarks>
public sealed class MeshReplayTests
{
    [Theory]
    [Statement("node 130")]
    [InlineData("14a-mesh-basic", 'a', 6)]
    [InlineData("14a-mesh-basic", 'b', 6)]
    [InlineData("14b-mesh-bulk", 'a', 1)]
    [InlineData("14b-mesh-bulk", 'b', 1)]
    [InlineData("14c-mesh-slow-service", 'a', 2)]
    [InlineData("14c-mesh-slow-service", 'b', 2)]
    [InlineData("14d-mesh-udp-and-port-claims", 'a', 2)]
    [InlineData("14d-mesh-udp-and-port-claims", 'b', 2)]
    [InlineData("14e-mesh-shutdown-reconnect", 'a', 2)]
    [InlineData("14e-mesh-shutdown-reconnect", 'b', 2)]
    [InlineData("14f-mesh-refusals", 'b', 4)]
    public async Task Mesh_InThePlaceOfEitherNode_BehavesAsRecorded(string recording, char ours, int opened)
    {
        await using var replay = new MeshReplay($"{recording}.jsonl", ours);
        await replay.RunAsync();
        Assert.Equal(opened, replay.Opened);
    }
}
