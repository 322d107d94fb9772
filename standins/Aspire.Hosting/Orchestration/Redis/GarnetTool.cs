using System.Text.Json;

namespace Aspire.Hosting.Orchestration.Redis;

/// <summary>Garnet, a server with Redis' protocol, as the .NET tool that a manifest above the AppHost pins.</summary>
internal sealed class GarnetTool(string folder, string version)
{
    public const string Command = "garnet-server";

    private const string Dotnet = "dotnet";

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(3);

    /// <summary>Where its manifest is found, as `dotnet tool run` looks for it.</summary>
    public string Folder { get; } = folder;

    public static string DotnetPath => SearchPath.Find(OperatingSystem.IsWindows() ? "dotnet.exe" : Dotnet) ?? Dotnet;

    /// <summary>Null where no manifest names it.</summary>
    public static GarnetTool? Find(string directory)
    {
        for (var folder = new DirectoryInfo(directory); folder is not null; folder = folder.Parent)
        {
            if (ReadVersion(Path.Combine(folder.FullName, ".config", "dotnet-tools.json")) is { } version)
                return new GarnetTool(folder.FullName, version);
        }
        return null;
    }

    /// <summary>Makes sure that it is there; null, or why it is not.</summary>
    public async Task<string?> RestoreAsync(Action<string> tell, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(Path.Combine(PackagesFolder, Command, version)))
            tell("fetching Garnet with `dotnet tool restore` (once)");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_limit);
        try
        {
            // Also when the package is there: `dotnet tool run` wants it to be registered, and then this is quick.
            using var process = ChildProcess.Start(new ChildCommand(DotnetPath, ["tool", "restore"], Folder, new Dictionary<string, string>()), _ => { });
            var exit = await process.Completion.WaitAsync(limit.Token);
            return exit.ExitCode == 0 ? null : $"`dotnet tool restore` ended with {exit.ExitCode}: {exit.LastLines.LastOrDefault(line => line.Length > 0)}";
        }
        catch (DistributedApplicationException error)
        {
            return error.Message;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"`dotnet tool restore` took longer than {s_limit.TotalMinutes:0} minutes";
        }
    }

    private static string PackagesFolder => Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } configured
        ? configured
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    private static string? ReadVersion(string manifest)
    {
        if (!File.Exists(manifest))
            return null;
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllText(manifest));
            return document.RootElement.GetProperty("tools").TryGetProperty(Command, out var tool) ? tool.GetProperty("version").GetString() : null;
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null; // not a manifest: `dotnet tool` would not take it either
        }
    }
}
