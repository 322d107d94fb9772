namespace Nexus.SystemTests.Processes;

public sealed class FrozenProcessByGrpcTests(GrpcSystem system) : FrozenProcessTests(system), IClassFixture<GrpcSystem>;
