using Nexus.ServiceDefaults.NodeConfiguration;

namespace Nexus.ServiceDefaults.Tests.NodeConfiguration;

/// <summary>Which file it is, and what the command line says about it.</summary>
public sealed class ConfiguredNodeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("--config", "a.yaml")]
    [InlineData("-config", "a.yaml")]
    [InlineData("--config=a.yaml")]
    [InlineData("-config=a.yaml")]
    public void Path_OnTheCommandLine_InEveryForm_IsRead(params string[] arguments)
    {
        var parsed = NodeArguments.Parse(["--Nexus:A=1", .. arguments, "--check-config", "--b", "c"]);
        Assert.Equal("a.yaml", parsed.Path);
        Assert.True(parsed.CheckOnly);
        Assert.Equal(["--Nexus:A=1", "--b", "c"], parsed.Rest);
    }

    [Fact]
    public void Path_CommandLineBeforeVariableBeforeUsualPlaces()
    {
        var (first, second, third) = (Write("1.yaml", "stunPort: 1"), Write("2.yaml", "stunPort: 2"), Write("3.yaml", "stunPort: 3"));
        Assert.Equal(1, Load(first, second, third).File.Values.Number("stunPort"));
        Assert.Equal(2, Load(null, second, third).File.Values.Number("stunPort"));
        Assert.Equal(3, Load(null, "", "missing.yaml", third).File.Values.Number("stunPort"));
        Assert.Null(Load(null, null, "missing.yaml").Path);
    }

    [Fact]
    public void File_NamedAndMissing_IsAProblem() => Assert.True(Load(_folder.PathOf("none.yaml"), null).File.IsUnreadable);

    [Fact]
    public void File_OfTheClient_IsPassedOver_UnlessNamed()
    {
        var client = Write("client.yaml", "backends: [{name: a}]");
        Assert.Null(Load(null, null, client).Path);
        Assert.True(Load(client, null).File.IsOfClient);
    }

    [Theory]
    [InlineData(UnixFileMode.None, UnixFileMode.OtherWrite)]
    [InlineData(UnixFileMode.OtherWrite | UnixFileMode.OtherRead | UnixFileMode.OtherExecute | UnixFileMode.StickyBit, UnixFileMode.None)]
    public void File_ThatAnybodyMayHaveWritten_IsReadOnlyWhenNamed(UnixFileMode ofFolder, UnixFileMode ofFile)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no such rights on Windows.");
        if (OperatingSystem.IsWindows()) return;
        var folder = Directory.CreateDirectory(_folder.PathOf("shared")).FullName;
        var path = Path.Combine(folder, "config.yaml");
        File.WriteAllText(path, "stunPort: 1");
        File.SetUnixFileMode(path, File.GetUnixFileMode(path) | ofFile);
        File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | ofFolder);

        var found = Load(null, null, path);
        Assert.True(found.File.IsUnreadable);
        Assert.Contains("--config", Assert.Single(found.File.Problems).Message, StringComparison.Ordinal);
        Assert.Equal(path, found.Path);
        Assert.Equal(1, Load(path, null).File.Values.Number("stunPort"));
    }

    [Fact]
    public void Path_WithoutValue_IsAProblem() => Assert.True(ConfiguredNode.Load(NodeArguments.Parse(["--config"]), null, [], NodeServiceUnderTest.Map).File.IsUnreadable);

    public void Dispose() => _folder.Dispose();

    private static ConfiguredNode Load(string? path, string? variable, params string[] usual) => ConfiguredNode.Load(new(path, false, []), variable, usual, NodeServiceUnderTest.Map);

    private string Write(string name, string text)
    {
        File.WriteAllText(_folder.PathOf(name), text);
        return _folder.PathOf(name);
    }
}
