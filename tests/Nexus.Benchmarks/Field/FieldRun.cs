using System.Diagnostics;
using System.Globalization;
using Nexus.Benchmarks.Field.Load;
using Nexus.Benchmarks.Field.Measuring;
using Nexus.Benchmarks.Field.Targets;
using Nexus.Testing;

namespace Nexus.Benchmarks.Field;

/// <summary>Starts services and alternatives, and measures one thing after the other on each of them by turns.</summary>
internal sealed class FieldRun(FieldOptions options, TextWriter output) : IAsyncDisposable
{
    private const string AesCipher = "aes128-gcm@openssh.com";
    private const long WarmUpBytes = 256L << 20;

    private readonly FieldServices _services = new();
    private readonly FieldPrograms _programs = new(options.Artifacts);
    private readonly Dictionary<string, FieldTarget> _kept = [];

    public FieldResults Results { get; } = new();

    public async Task MeasureAsync(CancellationToken cancellationToken)
    {
        await _services.WaitAsync(cancellationToken);
        foreach (var phase in FieldPhases.For(options, output))
        {
            for (var round = 1; round <= options.Rounds; round++)
            {
                foreach (var name in options.Targets) await TryMeasureAsync(phase, name, round, cancellationToken);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var target in _kept.Values) await target.DisposeAsync();
        await _services.DisposeAsync();
    }

    private async Task TryMeasureAsync(IFieldPhase phase, string name, int round, CancellationToken cancellationToken)
    {
        try
        {
            await MeasureAsync(phase, name, round, cancellationToken);
        }
        catch (Exception ex) when (ex is TimeoutException or InvalidOperationException or IOException)
        {
            // It did not start, or has died: the others are measured all the same.
            Results.AddFailure($"{name}, {phase.Name}, round {round}: {ex.Message}");
            if (_kept.Remove(name, out var broken)) await broken.DisposeAsync();
        }
    }

    private async Task MeasureAsync(IFieldPhase phase, string name, int round, CancellationToken cancellationToken)
    {
        if (phase.RoundTrip > TimeSpan.Zero && name is (TargetNames.Direct or TargetNames.Haproxy or TargetNames.HaproxyPair)) return; // no line of their own
        var before = Results.Samples.Count;
        var began = Stopwatch.GetTimestamp();
        if (phase.NeedsFreshTarget)
        {
            await using var fresh = Create(name, phase.RoundTrip);
            if (fresh is null) return;
            await fresh.StartAsync(cancellationToken);
            await phase.MeasureAsync(fresh, round, Results, cancellationToken);
        }
        else if (await KeptAsync(name, cancellationToken) is { } kept)
        {
            await phase.MeasureAsync(kept, round, Results, cancellationToken);
        }

        var figures = Results.Samples.Skip(before).Select(sample => string.Create(CultureInfo.InvariantCulture, $"{sample.Figure} {sample.Value:0.##}"));
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{phase.Name}, round {round}, {name} ({Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s): {string.Join("; ", figures)}"));
    }

    /// <summary>Started once, and warm.</summary>
    private async Task<FieldTarget?> KeptAsync(string name, CancellationToken cancellationToken)
    {
        if (_kept.TryGetValue(name, out var kept)) return kept;
        if (Create(name, TimeSpan.Zero) is not { } target) return null;
        _kept[name] = target;
        await target.StartAsync(cancellationToken);
        foreach (var kind in new[] { LoadKind.Down, LoadKind.Up })
        {
            var plan = options.Plan(kind, target, FieldNames.Bulk) with { Users = 8, Bytes = Math.Min(options.Bytes, WarmUpBytes) };
            FieldLoad.Report(await FieldLoad.RunAsync(plan, cancellationToken), name, "warm-up", Results);
        }

        return target;
    }

    private FieldTarget? Create(string name, TimeSpan roundTrip)
    {
        switch (name)
        {
            case TargetNames.Direct: return new DirectTarget(_services);
            case TargetNames.Nexus or TargetNames.NexusGrpc or TargetNames.NexusPeer: return new NexusTarget(name, _services, _programs, roundTrip);
            case TargetNames.Haproxy when DebianProgram.Find("haproxy") is { } program: return new HaproxyTarget(_services, program);
            case TargetNames.HaproxyPair when DebianProgram.Find("haproxy") is { } program: return new HaproxyPairTarget(_services, program);
            case TargetNames.Ssh when DebianProgram.Find("sshd") is { } program: return new SshTarget(name, _services, program, roundTrip, cipher: null);
            case TargetNames.SshAes when DebianProgram.Find("sshd") is { } program: return new SshTarget(name, _services, program, roundTrip, AesCipher);
            default:
                Results.AddNote($"{name} is not installed.");
                return null;
        }
    }
}
