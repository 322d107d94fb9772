namespace Nexus.ServiceDefaults.Tests;

public sealed class EnumWordTests
{
    private enum Reason
    {
        Fault,
        HalfClosedIdle,
    }

    [Fact]
    public void Of_Member_IsItsNameInSnakeCase() => Assert.Equal(["fault", "half_closed_idle"], Enum.GetValues<Reason>().Select(EnumWord.Of));
}
