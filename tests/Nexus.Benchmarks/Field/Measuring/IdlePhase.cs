using System.Globalization;
using Nexus.Benchmarks.Field.Load;
using Nexus.Benchmarks.Field.Targets;

namespace Nexus.Benchmarks.Field.Measuring;

/// <summary>Memory of each process with nobody there, and with users that say nothing.</summary>
internal sealed class IdlePhase(FieldOptions options) : IFieldPhase
{
    private const double KibibytesOfMegabyte = 1e6 / 1024;
    private const int WarmUpUsers = 200;
    private const int OtherDescriptors = 300; // of a process without users

    private readonly TimeSpan _quiet = TimeSpan.FromSeconds(options.QuietSeconds);

    public string Name => "idle users";

    public bool NeedsFreshTarget => true;

    public TimeSpan RoundTrip => TimeSpan.Zero;

    public async Task MeasureAsync(FieldTarget target, int round, FieldResults results, CancellationToken cancellationToken)
    {
        if (target.Roles.Count == 0) return; // nothing in between
        await Pause.ForAsync(_quiet, cancellationToken);
        Add(target, 0, round, results);
        var nobody = await WarmUpAsync(target, results, cancellationToken);
        foreach (var users in options.IdleUsers)
        {
            if (users * target.DescriptorsOfUser + OtherDescriptors > OpenFiles.Limit)
            {
                results.AddNote(string.Create(CultureInfo.InvariantCulture, $"{target.Name} cannot have {users} users here: a process may have {OpenFiles.Limit} open files."));
                continue;
            }

            var plan = options.Plan(LoadKind.Idle, target, FieldNames.Echo) with { Users = users };
            await using var load = await FieldLoad.HoldAsync(plan, cancellationToken);
            await Pause.ForAsync(_quiet, cancellationToken);
            var all = Add(target, users, round, results);
            results.Add(target.Name, FieldFigures.MemoryOfUser(users), round, (all - nobody) * 1024 / 1000.0 / users);
            FieldLoad.Report(await load.StopAsync(cancellationToken), target.Name, $"{users} {Name}", results);
        }
    }

    /// <summary>What any first user costs (compiled code, above all) is not the price of a user. The memory of all processes after that, in KiB.</summary>
    private async Task<long> WarmUpAsync(FieldTarget target, FieldResults results, CancellationToken cancellationToken)
    {
        var plan = options.Plan(LoadKind.Connect, target, FieldNames.Echo) with { Users = 16, Count = WarmUpUsers };
        FieldLoad.Report(await FieldLoad.RunAsync(plan, cancellationToken), target.Name, $"{Name}: warm-up", results);
        await Pause.ForAsync(_quiet, cancellationToken);
        return target.Roles.Sum(role => ProcessMemory.Of(role.Processes()).Rss);
    }

    /// <summary>The sum in KiB.</summary>
    private static long Add(FieldTarget target, int users, int round, FieldResults results)
    {
        var sum = 0L;
        foreach (var role in target.Roles)
        {
            var memory = ProcessMemory.Of(role.Processes());
            sum += memory.Rss;
            results.Add(target.Name, FieldFigures.Memory(users, role.Name), round, memory.Rss / KibibytesOfMegabyte);
        }

        return sum;
    }
}
