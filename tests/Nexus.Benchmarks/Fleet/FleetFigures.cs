using Nexus.Benchmarks.Field.Measuring;

namespace Nexus.Benchmarks.Fleet;

/// <summary>What happened after a hub's death. Times are seconds since it.</summary>
internal sealed record FleetFigures
{
    public required int Sessions { get; init; }

    /// <summary>When an edge saw each name at the other hub.</summary>
    public required IReadOnlyList<double> Back { get; init; }

    /// <summary>When each connection came.</summary>
    public required IReadOnlyList<double> Attempts { get; init; }

    /// <summary>Attempts of clients that came to nothing, by reason.</summary>
    public required IReadOnlyDictionary<string, int> Failed { get; init; }

    /// <summary>When the last client was back, until then: CPU seconds of the hub that took them.</summary>
    public required double HubCpu { get; init; }

    /// <summary>Of the mesh.</summary>
    public required double MeshCpu { get; init; }

    /// <summary>Of all clients together.</summary>
    public required double ClientCpu { get; init; }

    /// <summary>Of what stands in for a balancer.</summary>
    public required double EntranceCpu { get; init; }

    /// <summary>Cores that the hub used, in each interval of <see cref="FleetRun.Interval"/>.</summary>
    public required Distribution HubCores { get; init; }

    /// <summary>Most KiB that it had resident.</summary>
    public required long HubResident { get; init; }
}
