namespace Nexus.SystemTests.Processes;

public sealed class PlainHttpByGrpcTests(GrpcSystem system) : PlainHttpTests(system), IClassFixture<GrpcSystem>
{
    private protected override int Pairs => 0;
}
