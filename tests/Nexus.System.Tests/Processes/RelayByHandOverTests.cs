namespace Nexus.SystemTests.Processes;

public sealed class RelayByHandOverTests(SystemUnderTest system) : RelayTests(system), IClassFixture<SystemUnderTest>;
