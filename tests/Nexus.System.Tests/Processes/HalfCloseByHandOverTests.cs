namespace Nexus.SystemTests.Processes;

public sealed class HalfCloseByHandOverTests(SystemUnderTest system) : HalfCloseTests(system), IClassFixture<SystemUnderTest>;
