namespace Nexus.SystemTests.Processes;

[Collection(nameof(GrpcCollection))]
public sealed class RelayByGrpcTests(GrpcSystem system) : RelayTests(system)
{
    private protected override long Bulk => 1L << 28; // a gibibyte takes long, and shows the same
}
