using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Orchestration;

/// <summary>Runs the resources as processes: in dependency order, watched while they run, stopped in reverse order.</summary>
internal sealed class ResourceOrchestrator(
    IResourceCollection resources, ResourceEnvironment environment, ResourceConsole console, IHostApplicationLifetime lifetime, TimeProvider time)
    : BackgroundService
{
    /// <summary>A resource without a health check counts as started when it has lived this long.</summary>
    private static readonly TimeSpan s_startUp = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_healthLimit = TimeSpan.FromSeconds(60);

    private readonly ProcessTable _processes = new(time);
    private readonly HttpHealthProbe _probe = new(time);

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            ResourcePlan.CheckNoCircle([.. resources]);
            ResourcePlan.AllocatePorts(resources);
        }
        catch (DistributedApplicationException error)
        {
            Fail(error.Message);
            return Task.CompletedTask;
        }
        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await _processes.StopAllAsync();
    }

    public override void Dispose()
    {
        _processes.Dispose();
        _probe.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var runs = resources.ToDictionary(resource => resource, resource => new ResourceRun(resource));
            await Task.WhenAll(runs.Values.Select(run => RunAsync(run, runs, stoppingToken)));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // StopAsync stops the processes.
        }
    }

    private async Task RunAsync(ResourceRun run, Dictionary<IResource, ResourceRun> runs, CancellationToken stoppingToken)
    {
        if (ResourceCommands.Find(run.Resource) is not { } program)
        {
            run.SetReady();
            return;
        }
        try
        {
            foreach (var dependency in ResourcePlan.DependenciesOf(run.Resource))
                await runs[dependency].Ready.WaitAsync(stoppingToken);
            var replicas = new List<(ChildProcess Process, int Number)>();
            for (var replica = 0; replica < ResourcePlan.ReplicasOf(run.Resource); replica++)
            {
                var arguments = await ResourceEnvironment.GetArgumentsAsync(run.Resource, replica, stoppingToken);
                var variables = await environment.GetVariablesAsync(run.Resource, replica, stoppingToken);
                var command = new ChildCommand(program.FileName, [.. program.Arguments, .. arguments], program.WorkingDirectory, variables);
                var name = run.NameOf(replica);
                if (_processes.TryStart(command, line => console.WriteResourceLine(name, line)) is { } process)
                    replicas.Add((process, replica));
            }
            var lives = replicas.Select(each => WatchAsync(run, each.Process, each.Number, stoppingToken)).ToList();
            if (await BecomeReadyAsync(run, replicas, stoppingToken))
                run.SetReady();
            await Task.WhenAll(lives);
        }
        catch (DistributedApplicationException error)
        {
            Fail($"{run.Name}: {error.Message}");
        }
    }

    /// <summary>False when a replica ended first, which <see cref="WatchAsync"/> reports.</summary>
    private async Task<bool> BecomeReadyAsync(ResourceRun run, List<(ChildProcess Process, int Number)> replicas, CancellationToken stoppingToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        limit.CancelAfter(s_healthLimit);
        var healthy = Task.WhenAll(
            from replica in replicas
            from check in run.Resource.Annotations.OfType<HttpHealthAnnotation>()
            select _probe.WaitUntilHealthyAsync(check, replica.Number, limit.Token));
        try
        {
            if (await Task.WhenAny([healthy, .. replicas.Select(each => each.Process.Completion)]) == healthy)
            {
                await healthy;
                return true;
            }
            await limit.CancelAsync();
            await healthy.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return false;
        }
        catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
        {
            throw new DistributedApplicationException($"not healthy within {s_healthLimit.TotalSeconds:0} s.");
        }
    }

    /// <summary>An end during start-up with an error ends the application; a later one is only told.</summary>
    private async Task WatchAsync(ResourceRun run, ChildProcess process, int replica, CancellationToken stoppingToken)
    {
        var started = time.GetTimestamp();
        var exit = await process.Completion.WaitAsync(stoppingToken);
        if (stoppingToken.IsCancellationRequested)
            return;
        var report = $"{run.NameOf(replica)} exited with code {exit.ExitCode}. {Quote(exit.LastLines)}";
        var isChecked = run.Resource.Annotations.OfType<HttpHealthAnnotation>().Any();
        var isStarting = isChecked ? !run.Ready.IsCompleted : exit.ExitCode != 0 && time.GetElapsedTime(started) < s_startUp;
        if (isStarting)
            Fail(report);
        else
            console.WriteLine(report);
    }

    private static string Quote(IReadOnlyList<string> lines) => lines.Count == 0
        ? "It said nothing."
        : $"Its last lines:{string.Concat(lines.Select(line => $"{Environment.NewLine}    {line}"))}";

    private void Fail(string message)
    {
        console.WriteLine($"cannot start: {message}");
        Environment.ExitCode = 1;
        lifetime.StopApplication();
    }
}
