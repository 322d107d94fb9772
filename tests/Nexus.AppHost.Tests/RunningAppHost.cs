using Nexus.Testing;

namespace Nexus.AppHost.Tests;

/// <summary>The AppHost as a user starts it, but without the dashboard and with files of its own.</summary>
internal sealed class RunningAppHost : IAsyncDisposable
{
    private const string TryPrefix = "try: ";
    private const string PlainHttpPrefix = "http: ";

    private readonly TemporaryFolder _folder = new();

    private RunningAppHost(IEnumerable<string> arguments, IEnumerable<(string Name, string Value)> variables) => Process = RealProcess.StartDotnet(
        ProgramPath,
        arguments,
        new Dictionary<string, string?>(variables.Select(variable => KeyValuePair.Create(variable.Name, (string?)variable.Value)))
        {
            ["Nexus__AppHost__StateDirectory"] = _folder.Path,
            ["Aspire__Dashboard__Disabled"] = "true",
            ["DOTNET_ENVIRONMENT"] = "Development",
        });

    public RealProcess Process { get; }

    /// <summary>artifacts/bin/PROJECT/CONFIGURATION</summary>
    private static string ProgramPath
    {
        get
        {
            var own = new DirectoryInfo(AppContext.BaseDirectory);
            return Path.GetFullPath(Path.Combine(own.FullName, "..", "..", "Nexus.AppHost", own.Name, "Nexus.AppHost.dll"));
        }
    }

    /// <summary>Begins to run.</summary>
    public static RunningAppHost Begin(IEnumerable<string> arguments, params IEnumerable<(string Name, string Value)> variables) => new(arguments, variables);

    /// <summary>Ends when both ways through the tunnel have worked.</summary>
    public static async Task<RunningAppHost> StartAsync(IEnumerable<string> arguments, params IEnumerable<(string Name, string Value)> variables)
    {
        var host = Begin(arguments, variables);
        try
        {
            await host.WaitForLineAsync(TryPrefix);
            await host.WaitForLineAsync(PlainHttpPrefix);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>What a user sees who copies the two lines into a shell.</summary>
    public async Task<(string Try, string PlainHttp)> RunPrintedCommandsAsync() => (await RunAsync(CommandAfter(TryPrefix)), await RunAsync(CommandAfter(PlainHttpPrefix)));

    /// <summary>The line that begins so, printed already or still to come.</summary>
    public async Task<string> WaitForLineAsync(string prefix) => (await Process.WaitForLineAsync(
        line => line.StartsWith(prefix, StringComparison.Ordinal), TestTimeouts.Long, TestContext.Current.CancellationToken)).Text;

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        _folder.Dispose();
    }

    private string CommandAfter(string prefix) =>
        Assert.Single(Process.Lines, line => line.Text.StartsWith(prefix, StringComparison.Ordinal)).Text[prefix.Length..];

    private static async Task<string> RunAsync(string command)
    {
        await using var shell = RealProcess.Start("sh", ["-c", command]);
        Assert.Equal(0, await shell.WaitForExitAsync(TestContext.Current.CancellationToken));
        return shell.Output;
    }
}
