using System.Security.Cryptography;
using Aspire.Hosting.Orchestration;

namespace Aspire.Hosting.Dashboard;

/// <summary>The pinned npm package of the Aspire command, which holds the dashboard, and the user's cache folder for it.</summary>
internal sealed class DashboardPackage
{
    private const string LockFileName = "package-lock.json";
    private const string ReadyFileName = "ready";

    private DashboardPackage(string sourceDirectory, string directory)
    {
        SourceDirectory = sourceDirectory;
        Directory = directory;
    }

    public static IReadOnlyList<string> Files { get; } = ["package.json", LockFileName];

    public string SourceDirectory { get; }

    /// <summary>Named after the lock file's content: another pin is another folder.</summary>
    public string Directory { get; }

    /// <summary>The command unpacks the dashboard into its user's home; ours is here, so that nothing lands elsewhere.</summary>
    public string Home => Path.Combine(Directory, "home");

    public string ReadyFile => Path.Combine(Directory, ReadyFileName);

    public bool IsInstalled => File.Exists(ReadyFile);

    public string? Npm { get; } = SearchPath.Find("npm");

    public static DashboardPackage? Open(string sourceDirectory)
    {
        var lockFile = Path.Combine(sourceDirectory, LockFileName);
        if (!File.Exists(lockFile))
            return null;
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } configured
            ? configured
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        var pin = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(lockFile)))[..16];
        return new DashboardPackage(sourceDirectory, Path.Combine(cache, "nexus-apphost", $"aspire-cli-{pin}"));
    }

    /// <summary>The aspire command, or null where the package has none for this platform.</summary>
    public string? FindCommand()
    {
        var modules = Path.Combine(Directory, "node_modules", "@microsoft");
        return System.IO.Directory.Exists(modules)
            ? System.IO.Directory.EnumerateDirectories(modules).Select(module => Path.Combine(module, "bin", "aspire")).FirstOrDefault(File.Exists)
            : null;
    }
}
