namespace Nexus.SystemTests.Processes;

public sealed class DialFailureByHandOverTests(SystemUnderTest system) : DialFailureTests(system), IClassFixture<SystemUnderTest>;
