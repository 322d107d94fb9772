namespace StandIns.Aspire.Tests;

public sealed class GeneratedProjectsTests
{
    [Fact]
    public void ProjectReference_OfAnAppHost_BecomesAClassWithItsPaths()
    {
        var project = new Projects.StandIns_Aspire_TestApp();

        Assert.Equal("StandIns.Aspire.TestApp.csproj", Path.GetFileName(project.ProjectPath));
        Assert.True(File.Exists(project.ProjectPath));
        Assert.Equal("StandIns.Aspire.TestApp.dll", Path.GetFileName(project.ProgramPath));
        Assert.True(File.Exists(project.ProgramPath));
    }

    [Fact]
    public void ProjectReference_OfAnAppHost_IsNotLinked() =>
        Assert.False(File.Exists(Path.Combine(AppContext.BaseDirectory, "StandIns.Aspire.TestApp.dll")));

    [Fact]
    public void ProjectReference_ThatIsNoResource_HasNoClass() =>
        Assert.Equal(
            ["StandIns_Aspire_TestApp", "StandIns_Aspire_TestHost"],
            typeof(GeneratedProjectsTests).Assembly.GetTypes().Where(type => type.Namespace == "Projects").Select(type => type.Name).Order());
}
