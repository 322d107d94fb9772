namespace Nexus.SystemTests.Processes;

public sealed class PlainHttpFailureByGrpcTests(GrpcSystem system) : PlainHttpFailureTests(system), IClassFixture<GrpcSystem>;
