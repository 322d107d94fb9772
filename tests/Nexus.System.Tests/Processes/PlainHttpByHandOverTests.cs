namespace Nexus.SystemTests.Processes;

public sealed class PlainHttpByHandOverTests(SystemUnderTest system) : PlainHttpTests(system), IClassFixture<SystemUnderTest>
{
    private protected override int Pairs => 1;
}
