namespace Nexus.SystemTests.Processes;

/// <summary>Users in one region, everything else in another: the whole way is edge, mesh, mesh, hub, client.</summary>
public sealed class PeerSystem() : SystemUnderTest(handsOver: true, isFar: true);
