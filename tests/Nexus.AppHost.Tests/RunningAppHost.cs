using Nexus.Testing;

namespace Nexus.AppHost.Tests;

/// <summary>The AppHost as a user starts it, but without the dashboard and with files of its own.</summary>
internal sealed class RunningAppHost : IAsyncDisposable
{
    private const string TryPrefix = "try: ";
    private const string PlainHttpPrefix = "http: ";

    private readonly TemporaryFolder _folder = new();

    private RunningAppHost() => Process = RealProcess.StartDotnet(
        ProgramPath,
        [],
        new Dictionary<string, string?>
        {
            ["Nexus__AppHost__StateDirectory"] = _folder.Path,
            ["Aspire__Dashboard__Disabled"] = "true",
            ["DOTNET_ENVIRONMENT"] = "Development",
        });

    public RealProcess Process { get; }

    public string TryCommand => CommandAfter(TryPrefix);

    public string PlainHttpCommand => CommandAfter(PlainHttpPrefix);

    /// <summary>artifacts/bin/PROJECT/CONFIGURATION</summary>
    private static string ProgramPath
    {
        get
        {
            var own = new DirectoryInfo(AppContext.BaseDirectory);
            return Path.GetFullPath(Path.Combine(own.FullName, "..", "..", "Nexus.AppHost", own.Name, "Nexus.AppHost.dll"));
        }
    }

    /// <summary>Ends when both ways through the tunnel have worked.</summary>
    public static async Task<RunningAppHost> StartAsync(CancellationToken cancellationToken)
    {
        var host = new RunningAppHost();
        await host.Process.WaitForLineAsync(line => line.StartsWith(TryPrefix, StringComparison.Ordinal), cancellationToken);
        await host.Process.WaitForLineAsync(line => line.StartsWith(PlainHttpPrefix, StringComparison.Ordinal), cancellationToken);
        return host;
    }

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        _folder.Dispose();
    }

    private string CommandAfter(string prefix) =>
        Assert.Single(Process.Lines, line => line.Text.StartsWith(prefix, StringComparison.Ordinal)).Text[prefix.Length..];
}
