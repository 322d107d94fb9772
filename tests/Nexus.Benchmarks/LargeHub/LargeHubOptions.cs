namespace Nexus.Benchmarks.LargeHub;

/// <summary>What <c>directory</c> was asked for.</summary>
internal sealed record LargeHubOptions
{
    public const string Usage = "directory [--keys 1000,100000] [--changes 1000] [--idle 60] [--quiet 12] [--snapshots 10] [--artifacts FOLDER]";

    /// <summary>Of the one hub; a run for each. The first is what the others are compared with.</summary>
    public required IReadOnlyList<int> Keys { get; init; }

    /// <summary>Single keys that come or go, one at a time, behind a quarter as many that are not counted. 1,000 take about as long as nothing is asked for before.</summary>
    public required int Changes { get; init; }

    /// <summary>How long nothing is asked for while CPU time is counted: two reconciliations by default.</summary>
    public required int IdleSeconds { get; init; }

    /// <summary>How long nothing happens before memory is looked at: two looks of QuietMemory by default.</summary>
    public required int QuietSeconds { get; init; }

    /// <summary>Edges that come one after the other.</summary>
    public required int Snapshots { get; init; }

    public string? Artifacts { get; init; }

    public static LargeHubOptions Parse(IReadOnlyList<string> arguments)
    {
        var named = NamedArguments.Parse(arguments, "--keys", "--changes", "--idle", "--quiet", "--snapshots", "--artifacts");
        return new()
        {
            Keys = named.Numbers("--keys", 1_000, 100_000),
            Changes = Math.Max(2, named.Number("--changes", 1_000)),
            IdleSeconds = named.Number("--idle", 60),
            QuietSeconds = named.Number("--quiet", 12),
            Snapshots = Math.Max(1, named.Number("--snapshots", 10)),
            Artifacts = named.Text("--artifacts"),
        };
    }
}
