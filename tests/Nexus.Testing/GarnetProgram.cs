using System.Text.Json;
using Xunit;

namespace Nexus.Testing;

/// <summary>Where the tool garnet-server is; restores it the first time when it is not there.</summary>
public static class GarnetProgram
{
    private const string Tool = "garnet-server";

    private static readonly Lazy<Task<string?>> s_path = new(FindAsync);

    /// <summary>The path of its assembly; skips the running test when it cannot be restored.</summary>
    public static async Task<string> SkipUnlessRestoredAsync()
    {
        var path = await s_path.Value.WaitAsync(TestTimeouts.Long);
        Assert.SkipUnless(path is not null, $"{Tool} is not there, and `dotnet tool restore` did not bring it.");
        return path ?? "";
    }

    private static async Task<string?> FindAsync()
    {
        if (Find() is { } present) return present;
        await using var restore = RealProcess.Start("dotnet", ["tool", "restore"], workingDirectory: RepositoryRoot.Path);
        await restore.WaitForLineAsync(line => line.Contains("Restore", StringComparison.Ordinal), TestTimeouts.Long, CancellationToken.None);
        await restore.WaitForExitAsync();
        return Find();
    }

    // Not by `dotnet tool run`: that is a process of its own, which signals to the server would hit instead.
    private static string? Find()
    {
        using var manifest = JsonDocument.Parse(File.ReadAllText(RepositoryRoot.PathOf(".config", "dotnet-tools.json")));
        var version = manifest.RootElement.GetProperty("tools").GetProperty(Tool).GetProperty("version").GetString() ?? "";
        var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } folder
            ? folder
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        var path = Path.Combine(packages, Tool, version, "tools", "net10.0", "any", "GarnetServer.dll");
        return File.Exists(path) ? path : null;
    }
}
