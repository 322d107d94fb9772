using Microsoft.Extensions.Hosting;

namespace Nexus.AppHost.Demo;

/// <summary>Prints the command that shows Nexus at work, once a request of ours has taken the same way.</summary>
internal sealed class TryLine(DemoRun run, DemoUser user, IHostApplicationLifetime lifetime, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(150);

    /// <summary>Longer than any start that succeeds; services that are slow to become healthy are reported by then.</summary>
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(90);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Console.WriteLine($"relay port {run.RelayPort} and plain HTTP port {run.PlainHttpPort} stand for 443 and 80; files are in {run.Directory}");
        try
        {
            await PrintWhenItWorksAsync(tls: true, $"try: {CurlCommand.Https(run)}", stoppingToken);
            await PrintWhenItWorksAsync(tls: false, $"http: {CurlCommand.PlainHttp(run)}", stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopped before it worked.
        }
    }

    private async Task PrintWhenItWorksAsync(bool tls, string line, CancellationToken stoppingToken)
    {
        var started = time.GetTimestamp();
        while (await user.AskAsync(tls, stoppingToken) is { } reason)
        {
            if (time.GetElapsedTime(started) > s_limit)
            {
                Console.WriteLine($"cannot start: no answer over {(tls ? "HTTPS" : "HTTP")} through the tunnel within {s_limit.TotalSeconds:0} s: {reason}");
                Environment.ExitCode = 1;
                lifetime.StopApplication();
                return;
            }
            await Task.Delay(s_pause, time, stoppingToken);
        }
        Console.WriteLine(line);
    }
}
