using System.Text.Json.Nodes;
using Nexus.Testing;

namespace Nexus.SystemTests.Golden.Recordings;

/// <summary>One recorded session of the original programs (tests/data/golden/README.md).</summary>
internal sealed class Recording
{
    private const int MaxMessage = 32_785;
    private const int MessageTooBig = 1009;

    private Recording(string name, JsonNode meta, IReadOnlyList<RecordedEvent> events)
    {
        Name = name;
        Meta = meta;
        Events = events;
    }

    public static string Folder { get; } = RepositoryRoot.PathOf("tests", "data", "golden");

    public static IReadOnlyList<string> Names { get; } =
        [.. Directory.EnumerateFiles(Folder, "*.jsonl").Select(Path.GetFileNameWithoutExtension).OfType<string>().Order(StringComparer.Ordinal)];

    public string Name { get; }

    public JsonNode Meta { get; }

    public IReadOnlyList<RecordedEvent> Events { get; }

    /// <summary>The clock of the machine that recorded, at offset 0: tokens sent verbatim are valid then.</summary>
    public DateTimeOffset Start => DateTimeOffset.Parse((string?)Meta["recorded_utc"] ?? "", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Whether the dialling side was a small test program, so that its credits mean what they say.</summary>
    public bool IsClientScripted => Meta["notes"]?["client_side"] is not null;

    /// <summary>The YAML that one of the programs was given; empty when there was no such program.</summary>
    public string Config(string program) => (string?)Meta["configs"]?[program] ?? "";

    public static Recording Load(string name)
    {
        var lines = File.ReadLines(Path.Combine(Folder, name + ".jsonl")).Select(line => JsonNode.Parse(line)).OfType<JsonNode>().ToList();
        return new(name, lines[0], CauseFirst([.. lines.Skip(1).Select(RecordedEvent.Read)]));
    }

    /// <summary>
    /// A message is written down when all of it has passed. One that is too long is refused while it still passes: its refusal
    /// comes first in the file.
    /// </summary>
    private static List<RecordedEvent> CauseFirst(List<RecordedEvent> events)
    {
        for (var index = 0; index < events.Count; index++)
        {
            var refusal = events[index];
            if (refusal.Frame?.Message.CloseCode != MessageTooBig) continue;
            var cause = events.FindIndex(index, other => other.Connection == refusal.Connection && other.IsFromClient != refusal.IsFromClient && other.Frame?.Message.Payload.Length > MaxMessage);
            if (cause < 0) continue;
            var moved = events[cause] with { Offset = refusal.Offset };
            events.RemoveAt(cause);
            events.Insert(index++, moved);
        }

        return events;
    }
}
