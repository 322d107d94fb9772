namespace Nexus.SystemTests.Processes;

public sealed class DialFailureByGrpcTests(GrpcSystem system) : DialFailureTests(system), IClassFixture<GrpcSystem>;
