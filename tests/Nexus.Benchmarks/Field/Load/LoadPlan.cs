using System.Text.Json;

namespace Nexus.Benchmarks.Field.Load;

/// <summary>All that a load process is told, as its one argument.</summary>
internal sealed record LoadPlan
{
    public required LoadKind Kind { get; init; }

    /// <summary>On loopback.</summary>
    public required int Port { get; init; }

    /// <summary>The server name of the hellos.</summary>
    public required string Name { get; init; }

    /// <summary>At one time.</summary>
    public int Users { get; init; } = 1;

    /// <summary>Of all users together; for <see cref="LoadKind.Stall"/>, what each reads before it stops.</summary>
    public long Bytes { get; init; }

    /// <summary>Connections or round trips in all.</summary>
    public int Count { get; init; }

    /// <summary>Round trips a second.</summary>
    public int Rate { get; init; } = 1_000;

    /// <summary>Of a hello's record, or more where the name needs it.</summary>
    public int HelloBytes { get; init; } = 300;

    /// <summary>After which everything that is still missing counts as an error.</summary>
    public int LimitSeconds { get; init; } = 300;

    /// <summary>Whether the end may come while users still download (they are the noise beside another load).</summary>
    public bool IsBackground { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this);

    public static LoadPlan Parse(string json) => JsonSerializer.Deserialize<LoadPlan>(json) ?? throw new JsonException("No plan.");
}
