using Aspire.Hosting.Orchestration;

namespace Aspire.Hosting.Dashboard;

/// <summary>Fetches the package once per pin and user, and unpacks it. Two AppHosts at once do not step on each other.</summary>
internal sealed class DashboardInstallation(ResourceConsole console, TimeProvider time)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan s_retry = TimeSpan.FromMilliseconds(250);

    /// <summary>The command to run.</summary>
    /// <exception cref="DistributedApplicationException">It cannot be had; the message says why.</exception>
    public async Task<string> EnsureAsync(DashboardPackage package, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_limit);
        try
        {
            if (!package.IsInstalled)
                await InstallAsync(package, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new DistributedApplicationException($"it could not be fetched within {s_limit.TotalMinutes:0} minutes");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DistributedApplicationException($"its cache folder cannot be used: {error.Message}");
        }
        return package.FindCommand() ?? throw new DistributedApplicationException("its package has no command for this platform");
    }

    private async Task InstallAsync(DashboardPackage package, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(package.Directory);
        await using var turn = await TakeTurnAsync(package.Directory + ".lock", cancellationToken);
        if (package.IsInstalled)
            return;
        var npm = package.Npm ?? throw new DistributedApplicationException("npm is not on the PATH");
        console.WriteLine("dashboard: fetching it (145 MB, once)");
        foreach (var file in DashboardPackage.Files)
            File.Copy(Path.Combine(package.SourceDirectory, file), Path.Combine(package.Directory, file), overwrite: true);
        await RunAsync(package, npm, ["ci", "--no-audit", "--no-fund", "--ignore-scripts"], [], cancellationToken);

        var command = package.FindCommand() ?? throw new DistributedApplicationException("its package has no command for this platform");
        Directory.CreateDirectory(package.Home);
        await RunAsync(package, command, ["setup", "--non-interactive"], DashboardRunner.CommandEnvironment(package), cancellationToken);
        await File.WriteAllTextAsync(package.ReadyFile, "", cancellationToken);
    }

    private static async Task RunAsync(
        DashboardPackage package, string program, string[] arguments, Dictionary<string, string> environment, CancellationToken cancellationToken)
    {
        using var process = ChildProcess.Start(new ChildCommand(program, arguments, package.Directory, environment), _ => { });
        var exit = await process.Completion.WaitAsync(cancellationToken);
        if (exit.ExitCode != 0)
            throw new DistributedApplicationException($"'{Path.GetFileName(program)} {arguments[0]}' ended with {exit.ExitCode}: {string.Join(" / ", exit.LastLines.TakeLast(3))}");
    }

    private async Task<FileStream> TakeTurnAsync(string path, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(path))
            {
                await Task.Delay(s_retry, time, cancellationToken);
            }
        }
    }
}
