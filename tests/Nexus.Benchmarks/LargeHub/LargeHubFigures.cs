namespace Nexus.Benchmarks.LargeHub;

/// <summary>What was measured with one number of keys. Arrays: one for each of <see cref="LargeHubSystem.Parts"/>.</summary>
internal sealed record LargeHubFigures
{
    public required int Keys { get; init; }

    public required ChangeFigures Change { get; init; }

    /// <summary>From the hub's first word until every edge has all keys, in seconds.</summary>
    public required double LoadSeconds { get; init; }

    /// <summary>CPU seconds for that.</summary>
    public required double[] LoadCpu { get; init; }

    /// <summary>Bytes of resident memory for a key.</summary>
    public required double[] KeyBytes { get; init; }

    /// <summary>MiB in all.</summary>
    public required double[] Resident { get; init; }

    /// <summary>CPU seconds of a minute in which nothing changes.</summary>
    public required double[] IdleCpu { get; init; }

    public required SnapshotFigures Snapshot { get; init; }
}
