namespace Nexus.SystemTests.Processes;

public sealed class RelayByGrpcTests(GrpcSystem system) : RelayTests(system), IClassFixture<GrpcSystem>
{
    private protected override long Bulk => 1L << 28; // a gibibyte takes long, and shows the same
}
