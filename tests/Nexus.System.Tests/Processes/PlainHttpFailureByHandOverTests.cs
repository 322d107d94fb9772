namespace Nexus.SystemTests.Processes;

public sealed class PlainHttpFailureByHandOverTests(SystemUnderTest system) : PlainHttpFailureTests(system), IClassFixture<SystemUnderTest>;
