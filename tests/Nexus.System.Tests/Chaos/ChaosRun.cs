using System.Diagnostics;
using System.Globalization;
using Nexus.Testing;

namespace Nexus.SystemTests.Chaos;

/// <summary>
/// Rounds of faults under a load of new users. After each one all is as before: the clients' sessions are back, the edges' tables are the truth within
/// <see cref="s_tables"/> after that, and every user was served but those whose own path died.
/// </summary>
/// <param name="system">Whom it happens to.</param>
/// <param name="faults">What happens.</param>
/// <param name="tell">Takes a line for each round.</param>
/// <param name="logFolder">Where whole logs are kept of each failure; null: nowhere.</param>
internal sealed class ChaosRun(ChaosSystem system, IEnumerable<ChaosFault> faults, Action<string> tell, string? logFolder)
{
    private const int MostFailures = 5; // then it is over

    private static readonly TimeSpan s_tables = TimeSpan.FromSeconds(5) * TestTimeouts.Scale;

    private readonly UserPaths _paths = new(system.Sessions, system.Meshes, system.Links, system.Border);
    private readonly List<FaultWindow> _windows = [];
    private readonly List<string> _failures = [];
    private int _lost;

    /// <summary>What went wrong.</summary>
    public async Task<IReadOnlyList<string>> RunAsync()
    {
        using var truth = new ChaosTruth(system);
        await WaitForSessionsAsync(truth);
        var (_, difference) = await truth.WaitAsync(TestTimeouts.Default);
        Assert.True(difference is null, $"Not even the beginning is right:\n{difference}");
        var began = Stopwatch.GetTimestamp();
        await using var load = new UserLoad(system);
        foreach (var (index, fault) in faults.Index())
        {
            await RoundAsync(index + 1, fault, truth, load);
            if (_failures.Count >= MostFailures) break;
        }

        await load.StopAsync();
        Judge("the end", load);
        tell(string.Create(CultureInfo.InvariantCulture,
            $"{_windows.Count} rounds in {Stopwatch.GetElapsedTime(began).TotalMinutes:0.0} min, {load.Count} users, {_lost} lost with their path, {_failures.Count} failures."));
        return _failures;
    }

    private async Task RoundAsync(int number, ChaosFault fault, ChaosTruth truth, UserLoad load)
    {
        var title = string.Create(CultureInfo.InvariantCulture, $"round {number}: {fault}");
        var window = new FaultWindow(fault, Stopwatch.GetTimestamp());
        _windows.Add(window);
        await fault.Part.HitAsync(fault.Kind);
        window.Hit = Stopwatch.GetTimestamp();
        var noticed = await WaitUntilNoticedAsync(title, fault, truth);
        if (fault.Length - Stopwatch.GetElapsedTime(window.Began) is { TotalMilliseconds: >= 1 } rest) // less is no period
        {
            using var length = new PeriodicTimer(rest); // it lasts so long
            await length.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }

        await fault.Part.RestoreAsync(fault.Kind);
        var settled = await SettleAsync(title, truth);
        window.Settled = Stopwatch.GetTimestamp();
        var lost = _lost;
        var failed = Judge(title, load);
        tell($"{title}: {noticed}{settled}, {_lost - lost} users lost with their path{failed}");
    }

    /// <summary>
    /// Whoever breaks connections by its death is missed at once. Not so a mesh: the region's other mesh knows of its end by its lease alone.
    /// </summary>
    private async Task<string> WaitUntilNoticedAsync(string title, ChaosFault fault, ChaosTruth truth)
    {
        var isKnown = fault.IsLoud && (fault.Part.Kind is PartKind.Edge or PartKind.Hub or PartKind.Client or PartKind.Redis || fault.Part == system.Border);
        if (!isKnown) return "";
        var (took, difference) = await truth.WaitAsync(s_tables, fault.Part);
        if (difference is not null) Fail(title, $"The edges' tables still know what is not there any more:\n{difference}");
        return string.Create(CultureInfo.InvariantCulture, $"noticed after {took.TotalSeconds:0.0} s, ");
    }

    /// <summary>Until all is as before.</summary>
    private async Task<string> SettleAsync(string title, ChaosTruth truth)
    {
        var sessions = TimeSpan.Zero;
        var tables = TimeSpan.Zero;
        int begun;
        List<string> unserved;
        do
        {
            sessions += await WaitForSessionsAsync(truth);
            begun = truth.SessionsBegun;
            tables += await WaitForTablesAsync(title, truth, begun);
            unserved = await ProbeAsync();
            tables += await WaitForTablesAsync(title, truth, begun); // once more, as what is late may undo what was right
        }
        while (begun != truth.SessionsBegun || !truth.AreSessionsOpen); // a client that was stopped may find out late that its session is gone

        if (unserved.Count > 0) Fail(title, $"All was as before, but:\n{string.Join('\n', unserved)}");
        return string.Create(CultureInfo.InvariantCulture, $"sessions after {sessions.TotalSeconds:0.0} s, tables {tables.TotalSeconds:0.0} s later");
    }

    private async Task<TimeSpan> WaitForTablesAsync(string title, ChaosTruth truth, int sessionsBegun)
    {
        var (took, difference) = await truth.WaitAsync(s_tables);
        if (difference is null || sessionsBegun != truth.SessionsBegun) return took;
        var (late, last) = await truth.WaitAsync(TestTimeouts.Default);
        var until = last is null ? string.Create(CultureInfo.InvariantCulture, $", but {late.TotalSeconds:0.0} s later") : "";
        Fail(title, string.Create(CultureInfo.InvariantCulture, $"The edges' tables are not the truth after {took.TotalSeconds:0.0} s{until}:\n{difference}"));
        return took + late;
    }

    private Task<TimeSpan> WaitForSessionsAsync(ChaosTruth truth) =>
        Eventually.SucceedsAsync(() => Task.FromResult(truth.AreSessionsOpen), () => $"The clients' sessions did not come back.\n{DescribeLogs()}", TestTimeouts.Long); // their pauses grow to a minute

    /// <summary>A user for every name, at one edge or another: what did not work.</summary>
    private async Task<List<string>> ProbeAsync()
    {
        var visits = system.Names.Select(async (name, i) => (Name: name, Edge: EdgeFor(i), Failure: await system.VisitAsync(EdgeFor(i), name, TestTimeouts.Default)));
        return [.. (await Task.WhenAll(visits)).Where(visit => visit.Failure is not null).Select(visit => $"{visit.Name} at {visit.Edge.Name}: {visit.Failure}")];

        ServicePart EdgeFor(int i) => system.Edges[(i + _windows.Count) % system.Edges.Count];
    }

    /// <summary>Counts who was lost with its path, and fails for who was not; how many those are.</summary>
    private string Judge(string title, UserLoad load)
    {
        var failed = load.TakeEnded().Where(user => user.Failure is not null).ToLookup(user => _windows.Exists(window => _paths.MayFail(user, window)));
        _lost += failed[true].Count();
        List<string> wrongly = [.. failed[false].Select(Describe)];
        if (wrongly.Count == 0) return "";
        Fail(title, $"Users whose path had not died were not served:\n{string.Join('\n', wrongly)}");
        return string.Create(CultureInfo.InvariantCulture, $", {wrongly.Count} WITHOUT REASON");
    }

    private string Describe(NewUser user)
    {
        var last = _windows.Count > 0 ? _windows[^1].Began : user.Started;
        return string.Create(CultureInfo.InvariantCulture,
            $"{user.Name} at {user.Edge.Name}, ended {TimeProvider.System.GetUtcNow() - Stopwatch.GetElapsedTime(user.Ended):HH:mm:ss.fff}, came {Seconds(last, user.Started):+0.00;-0.00} s after this fault began, failed after {user.Took.TotalSeconds:0.00} s: {user.Failure}");
    }

    private static double Seconds(long from, long to) => (to - from) / (double)Stopwatch.Frequency;

    private void Fail(string title, string what)
    {
        tell($"FAILED {title}: {what}");
        if (logFolder is not null) SaveLogs(Path.Combine(logFolder, string.Create(CultureInfo.InvariantCulture, $"{_windows.Count}-{_failures.Count}")));
        _failures.Add($"{title}\n{what}\n{DescribeLogs()}");
    }

    private void SaveLogs(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var part in system.All.OfType<ProcessPart>()) File.WriteAllText(Path.Combine(folder, part.Name), part.WholeLog);
    }

    private string DescribeLogs() => string.Join('\n', system.All.Where(part => part.Log.Length > 0).Select(part => $"-- {part.Name}\n{part.Log}"));
}
