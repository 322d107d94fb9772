namespace Nexus.SystemTests.Processes;

[Collection(nameof(GrpcCollection))]
public sealed class DialFailureByGrpcTests(GrpcSystem system) : DialFailureTests(system);
