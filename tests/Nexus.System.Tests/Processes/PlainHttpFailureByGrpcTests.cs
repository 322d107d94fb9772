namespace Nexus.SystemTests.Processes;

public sealed class PlainHttpFailureByGrpcTests() : PlainHttpFailureTests(new GrpcSystem());
