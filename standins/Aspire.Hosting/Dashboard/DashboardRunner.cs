using Aspire.Hosting.Orchestration;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Dashboard;

/// <summary>The dashboard beside the resources: nothing waits for it, and without it one line says why.</summary>
internal sealed class DashboardRunner(DashboardSettings settings, DashboardInstallation installation, ResourceConsole console, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan s_startLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_stopLimit = TimeSpan.FromMilliseconds(700);

    private readonly HttpHealthProbe _probe = new(time);

    public static Dictionary<string, string> CommandEnvironment(DashboardPackage package) => new(StringComparer.Ordinal)
    {
        ["ASPIRE_CLI_TELEMETRY_OPTOUT"] = "true",
        ["HOME"] = package.Home,
    };

    public override void Dispose()
    {
        _probe.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (settings.Package is not { } package)
        {
            if (settings.WhyNot is { } reason)
                WriteWithout(reason);
            return;
        }
        try
        {
            var command = await installation.EnsureAsync(package, stoppingToken);
            await RunAsync(package, command, stoppingToken);
        }
        catch (DistributedApplicationException error)
        {
            WriteWithout(error.Message);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process has been stopped on the way here.
        }
    }

    private async Task RunAsync(DashboardPackage package, string command, CancellationToken stoppingToken)
    {
        using var process = ChildProcess.Start(new ChildCommand(command, Arguments(), package.Directory, Environment(package)), _ => { });
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            limit.CancelAfter(s_startLimit);
            var up = _probe.WaitUntilHealthyAsync(new Uri($"{settings.FrontendUrl}/health"), 200, limit.Token);
            if (await Task.WhenAny(up, process.Completion) == up && up.IsCompletedSuccessfully)
                console.WriteLine($"dashboard: {settings.LoginUrl}");
            await limit.CancelAsync();
            await up.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var exit = await process.Completion.WaitAsync(stoppingToken);
            throw new DistributedApplicationException($"it ended with {exit.ExitCode}: {string.Join(" / ", exit.LastLines.TakeLast(3))}");
        }
        finally
        {
            process.Terminate();
            await Task.WhenAny(process.Completion, Task.Delay(s_stopLimit, time, CancellationToken.None));
        }
    }

    private void WriteWithout(string reason) => console.WriteLine($"no dashboard: {reason}; everything else runs without it");

    private string[] Arguments() =>
    [
        "dashboard", "run", "--nologo", "--non-interactive", "--frontend-url", settings.FrontendUrl,
        "--otlp-grpc-url", settings.OtlpGrpcUrl, "--otlp-http-url", settings.OtlpHttpUrl,
    ];

    /// <summary>The secrets go by environment: command lines are for everybody on the machine to read.</summary>
    private Dictionary<string, string> Environment(DashboardPackage package) => new(CommandEnvironment(package), StringComparer.Ordinal)
    {
        ["DASHBOARD__FRONTEND__AUTHMODE"] = "BrowserToken",
        ["DASHBOARD__FRONTEND__BROWSERTOKEN"] = settings.BrowserToken,
        ["DASHBOARD__OTLP__AUTHMODE"] = "ApiKey",
        ["DASHBOARD__OTLP__PRIMARYAPIKEY"] = settings.OtlpApiKey,
    };
}
