using System.Text.Json;

namespace Nexus.Benchmarks.Field.Load;

/// <summary>What a load process found; its last line.</summary>
internal sealed record LoadResult
{
    public const string Prefix = "result ";

    /// <summary>From the first request to the last answer.</summary>
    public double Seconds { get; init; }

    public long Bytes { get; init; }

    /// <summary>Of what a load counts, without its warm-up.</summary>
    public double PerSecond { get; init; }

    /// <summary>Connections or round trips that were good.</summary>
    public int Count { get; init; }

    /// <summary>Round trips in milliseconds, each from the moment it was due.</summary>
    public IReadOnlyDictionary<string, double> Milliseconds { get; init; } = new Dictionary<string, double>();

    /// <summary>How many users were reset, cut short or never answered.</summary>
    public int Failures { get; init; }

    /// <summary>The first few of them in words.</summary>
    public IReadOnlyList<string> Errors { get; init; } = [];

    public override string ToString() => Prefix + JsonSerializer.Serialize(this);

    public static LoadResult Parse(string line) =>
        JsonSerializer.Deserialize<LoadResult>(line[Prefix.Length..]) ?? throw new JsonException("No result.");
}
