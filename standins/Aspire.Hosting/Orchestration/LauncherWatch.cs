using System.Globalization;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Orchestration;

/// <summary>Who kills `dotnet run` means the application behind it: it stops when its launcher is gone. Linux only.</summary>
internal sealed class LauncherWatch(IHostApplicationLifetime lifetime, ResourceConsole console, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!OperatingSystem.IsLinux() || TryReadParent() is not { } launcher || !IsDotnetRun(launcher))
            return;
        using var timer = new PeriodicTimer(s_look, time);
        try
        {
            while (TryReadParent() == launcher)
                await timer.WaitForNextTickAsync(stoppingToken);
            console.WriteLine("dotnet run is gone: stopping");
            lifetime.StopApplication();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The application stops by itself.
        }
    }

    /// <summary>An orphan's parent becomes another process.</summary>
    private static int? TryReadParent()
    {
        var text = File.ReadAllText("/proc/self/stat");
        // The fields behind the name, which is in parentheses and may hold anything: state, parent, …
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return int.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out var parent) ? parent : null;
    }

    private static bool IsDotnetRun(int processId)
    {
        try
        {
            var arguments = File.ReadAllText($"/proc/{processId}/cmdline").Split('\0');
            return Path.GetFileName(arguments[0]) == "dotnet" && arguments.Contains("run", StringComparer.Ordinal);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
