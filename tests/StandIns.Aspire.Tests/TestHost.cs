using Nexus.Testing;

namespace StandIns.Aspire.Tests;

/// <summary>The test AppHost as a process of its own.</summary>
internal static class TestHost
{
    public static RealProcess Start(string scenario) => RealProcess.StartDotnet(
        new Projects.StandIns_Aspire_TestHost().ProgramPath,
        [scenario],
        new Dictionary<string, string?> { ["ASPNETCORE_URLS"] = "http://127.0.0.1:1", ["DOTNET_URLS"] = "http://127.0.0.1:1" });
}
