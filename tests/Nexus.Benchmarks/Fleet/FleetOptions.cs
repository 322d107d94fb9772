namespace Nexus.Benchmarks.Fleet;

/// <summary>What <c>reconnect</c> was asked for.</summary>
internal sealed record FleetOptions
{
    public const string Usage = "reconnect [--sessions 5000] [--sources SESSIONS] [--limit 30] [--artifacts FOLDER]";

    public required int Sessions { get; init; }

    /// <summary>Addresses that the sessions come from, as the hubs see them: by default each has its own; 1: all are behind one NAT.</summary>
    public required int Sources { get; init; }

    /// <summary>By when the last session must be back.</summary>
    public required int LimitSeconds { get; init; }

    public string? Artifacts { get; init; }

    public static FleetOptions Parse(IReadOnlyList<string> arguments)
    {
        var named = NamedArguments.Parse(arguments, "--sessions", "--sources", "--limit", "--artifacts");
        var sessions = Math.Max(1, named.Number("--sessions", 5_000));
        return new()
        {
            Sessions = sessions,
            Sources = Math.Max(1, named.Number("--sources", sessions)),
            LimitSeconds = named.Number("--limit", 30),
            Artifacts = named.Text("--artifacts"),
        };
    }
}
