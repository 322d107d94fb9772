namespace Nexus.SystemTests.Processes;

/// <summary>Users in another region than the backend.</summary>
public sealed class RelayByPeerTests(PeerSystem system) : RelayTests(system), IClassFixture<PeerSystem>
{
    private protected override long Bulk => 1L << 28;
}
