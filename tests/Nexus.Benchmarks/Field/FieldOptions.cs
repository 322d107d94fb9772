using System.Globalization;
using Nexus.Benchmarks.Field.Load;
using Nexus.Benchmarks.Field.Targets;

namespace Nexus.Benchmarks.Field;

/// <summary>What <c>field</c> was asked for.</summary>
internal sealed record FieldOptions
{
    public const string Usage = """
        field [--only down,up,connect,latency,idle,delay,stall] [--targets direct,haproxy,haproxy-pair,ssh,ssh-aes,nexus,nexus-grpc,nexus-peer] [--rounds 3]
              [--users 1,16,64] [--bytes 2G] [--connections 5000] [--seconds 10] [--hello 300] [--idle-users 1000,10000] [--stalled-users 256]
              [--quiet 5] [--settle 60]
              [--quick] [--profile] [--artifacts FOLDER] [--json FILE] [--report FILE]
        """;

    private const long Megabyte = 1 << 20;

    public static IReadOnlyList<string> AllFigures => ["down", "up", "connect", "latency", "idle", "delay", "stall"];

    public IReadOnlyList<string> Only { get; init; } = AllFigures;

    public IReadOnlyList<string> Targets { get; init; } = TargetNames.All;

    public int Rounds { get; init; } = 3;

    /// <summary>At one time, one bulk measurement for each.</summary>
    public IReadOnlyList<int> Users { get; init; } = [1, 16, 64];

    /// <summary>Of one bulk measurement, all users together.</summary>
    public long Bytes { get; init; } = 2048 * Megabyte;

    /// <summary>New connections of one measurement; a fifth of that over TLS.</summary>
    public int Connections { get; init; } = 5_000;

    /// <summary>Of one round-trip measurement.</summary>
    public int Seconds { get; init; } = 10;

    public IReadOnlyList<int> IdleUsers { get; init; } = [1_000, 10_000];

    /// <summary>Of the ClientHello that each raw connection begins with; those with post-quantum key shares have about 1,700.</summary>
    public int HelloBytes { get; init; } = 300;

    /// <summary>How long nothing happens before memory is looked at.</summary>
    public int QuietSeconds { get; init; } = 12; // two looks of QuietMemory

    /// <summary>How long stalled users have been gone when memory is looked at again.</summary>
    public int SettleSeconds { get; init; } = 60;

    public int StalledUsers { get; init; } = 256;

    /// <summary>Whether each bulk measurement says how each process spent its time.</summary>
    public bool IsProfile { get; init; }

    public string? Artifacts { get; init; }

    public string? JsonFile { get; init; }

    /// <summary>A Markdown file with the two marks between which the report goes.</summary>
    public string? ReportFile { get; init; }

    public static FieldOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new FieldOptions();
        for (var i = 0; i < arguments.Count; i++)
        {
            options = arguments[i] switch
            {
                "--quick" => options with { Rounds = 1, Users = [1, 16], Bytes = 256 * Megabyte, Connections = 500, Seconds = 2, IdleUsers = [200], QuietSeconds = 2, SettleSeconds = 5 },
                "--profile" => options with { IsProfile = true },
                var name when i + 1 < arguments.Count => options.With(name, arguments[++i]),
                var name => throw new FormatException($"{name}: unknown, or without a value."),
            };
        }

        return options;
    }

    /// <summary>A load on this alternative, for users of this name.</summary>
    public LoadPlan Plan(LoadKind kind, FieldTarget target, string name) => new() { Kind = kind, Port = target.PortOf(name), Name = name, HelloBytes = HelloBytes };

    private static List<int> Numbers(string value) => [.. value.Split(',').Select(Number)];

    private static int Number(string value) => int.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture);

    private static long Size(string value) => value[^1] switch
    {
        'G' => Number(value[..^1]) * 1024 * Megabyte,
        'M' => Number(value[..^1]) * Megabyte,
        _ => long.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture),
    };

    private static string[] Known(string value, IReadOnlyList<string> known)
    {
        var names = value.Split(',');
        return names.Except(known).FirstOrDefault() is { } unknown ? throw new FormatException($"{unknown}: not one of {string.Join(", ", known)}.") : names;
    }

    private FieldOptions With(string name, string value) => name switch
    {
        "--only" => this with { Only = Known(value, AllFigures) },
        "--targets" => this with { Targets = Known(value, TargetNames.All) },
        "--rounds" => this with { Rounds = Number(value) },
        "--users" => this with { Users = Numbers(value) },
        "--bytes" => this with { Bytes = Size(value) },
        "--connections" => this with { Connections = Number(value) },
        "--seconds" => this with { Seconds = Number(value) },
        "--idle-users" => this with { IdleUsers = Numbers(value) },
        "--stalled-users" => this with { StalledUsers = Number(value) },
        "--hello" => this with { HelloBytes = Number(value) },
        "--quiet" => this with { QuietSeconds = Number(value) },
        "--settle" => this with { SettleSeconds = Number(value) },
        "--artifacts" => this with { Artifacts = value },
        "--json" => this with { JsonFile = value },
        "--report" => this with { ReportFile = value },
        _ => throw new FormatException($"{name}: unknown."),
    };
}
