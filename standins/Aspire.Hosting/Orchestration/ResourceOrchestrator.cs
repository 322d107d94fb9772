using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Orchestration.Redis;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Orchestration;

/// <summary>Runs the resources as processes: in dependency order, watched while they run, stopped in reverse order.</summary>
internal sealed class ResourceOrchestrator(
    IResourceCollection resources,
    ResourceEnvironment environment,
    RedisServers redisServers,
    ResourceConsole console,
    IHostApplicationLifetime lifetime,
    TimeProvider time)
    : BackgroundService
{
    /// <summary>A resource without a health check counts as started when it has lived this long.</summary>
    private static readonly TimeSpan s_startUp = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_healthLimit = TimeSpan.FromSeconds(60);

    private readonly ProcessTable _processes = new(time);
    private readonly HealthChecks _checks = new(time);

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
        redisServers.ForgetAll();
    }

    public override void Dispose()
    {
        _processes.Dispose();
        _checks.Dispose();
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
        try
        {
            foreach (var dependency in ResourcePlan.DependenciesOf(run.Resource))
                await runs[dependency].Ready.WaitAsync(stoppingToken);
            if (await ResourceCommands.FindAsync(run.Resource, redisServers, stoppingToken) is not { } program)
            {
                run.SetReady();
                return;
            }
            var replicas = await StartAsync(run, program, stoppingToken);
            var lives = replicas.Select(each => WatchAsync(run, each.Process, each.Number, stoppingToken)).ToList();
            var isReady = await BecomeReadyAsync(run, replicas, stoppingToken);
            redisServers.Forget(run.Resource);
            if (isReady)
                run.SetReady();
            await Task.WhenAll(lives);
        }
        catch (DistributedApplicationException error)
        {
            Fail($"{run.Name}: {error.Message}");
        }
    }

    private async Task<List<(ChildProcess Process, int Number)>> StartAsync(ResourceRun run, ResourceProgram program, CancellationToken stoppingToken)
    {
        var replicas = new List<(ChildProcess Process, int Number)>();
        for (var replica = 0; replica < ResourcePlan.ReplicasOf(run.Resource); replica++)
        {
            var arguments = await ResourceEnvironment.GetArgumentsAsync(run.Resource, replica, stoppingToken);
            var variables = await environment.GetVariablesAsync(run.Resource, replica, stoppingToken);
            var command = new ChildCommand(program.FileName, [.. program.Arguments, .. arguments], program.WorkingDirectory, variables);
            var name = run.NameOf(replica);
            if (_processes.TryStart(command, line => Show(run, name, line)) is { } process)
                replicas.Add((process, replica));
        }
        return replicas;
    }

    /// <summary>A Redis has nothing to tell while it starts, unless it fails: then its last lines are quoted.</summary>
    private void Show(ResourceRun run, string name, string line)
    {
        if (run.Resource is not RedisResource || run.Ready.IsCompleted)
            console.WriteResourceLine(name, line);
    }

    /// <summary>False when a replica ended first, which <see cref="WatchAsync"/> reports.</summary>
    private async Task<bool> BecomeReadyAsync(ResourceRun run, List<(ChildProcess Process, int Number)> replicas, CancellationToken stoppingToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        limit.CancelAfter(s_healthLimit);
        var healthy = _checks.WaitUntilHealthyAsync(run.Resource, replicas.Select(each => each.Number), limit.Token);
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
        var isStarting = HealthChecks.HasAny(run.Resource) ? !run.Ready.IsCompleted : exit.ExitCode != 0 && time.GetElapsedTime(started) < s_startUp;
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
