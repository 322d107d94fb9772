namespace Nexus.SystemTests.Processes;

[Collection(nameof(GrpcCollection))]
public sealed class HalfCloseByGrpcTests(GrpcSystem system) : HalfCloseTests(system);
