namespace Nexus.SystemTests.Processes;

[Collection(nameof(HandOverCollection))]
public sealed class DialFailureByHandOverTests(SystemUnderTest system) : DialFailureTests(system);
