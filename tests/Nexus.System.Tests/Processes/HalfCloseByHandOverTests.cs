namespace Nexus.SystemTests.Processes;

[Collection(nameof(HandOverCollection))]
public sealed class HalfCloseByHandOverTests(SystemUnderTest system) : HalfCloseTests(system);
