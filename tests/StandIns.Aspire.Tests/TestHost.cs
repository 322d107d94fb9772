using Nexus.Testing;

namespace StandIns.Aspire.Tests;

/// <summary>The test AppHost as a process of its own.</summary>
internal static class TestHost
{
    /// <summary>The folder that the build gave this test: debug or release.</summary>
    private static string Configuration => Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/'));

    public static RealProcess StartWithDotnetRun(string scenario) => RealProcess.Start(
        "dotnet",
        ["run", "--no-build", "--project", new Projects.StandIns_Aspire_TestHost().ProjectPath, "--configuration", Configuration, "--", scenario]);

    public static RealProcess Start(string scenario, params IEnumerable<(string Name, string? Value)> variables) => RealProcess.StartDotnet(
        new Projects.StandIns_Aspire_TestHost().ProgramPath,
        [scenario],
        new Dictionary<string, string?>(variables.Select(variable => KeyValuePair.Create(variable.Name, variable.Value)))
        {
            ["ASPNETCORE_URLS"] = "http://127.0.0.1:1",
            ["DOTNET_URLS"] = "http://127.0.0.1:1",
        });
}
