namespace Nexus.SystemTests.Processes;

public sealed class FrozenProcessByHandOverTests(SystemUnderTest system) : FrozenProcessTests(system), IClassFixture<SystemUnderTest>;
