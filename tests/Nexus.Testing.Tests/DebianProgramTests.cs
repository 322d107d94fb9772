namespace Nexus.Testing.Tests;

public sealed class DebianProgramTests
{
    [Theory]
    [InlineData("sh", true)]
    [InlineData("no-such-program", false)]
    public void Find_Program_GivesItsPathOrNothing(string program, bool found) =>
        Assert.Equal(found, DebianProgram.Find(program)?.EndsWith("/" + program, StringComparison.Ordinal) ?? false);
}
