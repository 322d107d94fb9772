namespace Nexus.SystemTests.Processes;

public sealed class HalfCloseByGrpcTests(GrpcSystem system) : HalfCloseTests(system), IClassFixture<GrpcSystem>;
