namespace Nexus.AppHost.Tests;

public sealed class ProgramsTests
{
    [Theory]
    [InlineData(typeof(Projects.Nexus_Certs))]
    [InlineData(typeof(Projects.Nexus_Mesh))]
    [InlineData(typeof(Projects.Nexus_Hub))]
    [InlineData(typeof(Projects.Nexus_Edge))]
    [InlineData(typeof(Projects.Nexus_Client_Cli))]
    [InlineData(typeof(Projects.Nexus_Demo_Origin))]
    public void Program_OfTheTopology_IsBuiltWithTheAppHost(Type type)
    {
        var project = Assert.IsType<Aspire.Hosting.IBuiltProjectMetadata>(Activator.CreateInstance(type), exactMatch: false);

        Assert.True(File.Exists(project.ProjectPath));
        Assert.True(File.Exists(project.ProgramPath));
    }
}
