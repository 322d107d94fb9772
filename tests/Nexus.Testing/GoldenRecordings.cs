using System.Text.Json.Nodes;

namespace Nexus.Testing;

/// <summary>The recorded sessions in tests/data/golden (its README has the format).</summary>
public static class GoldenRecordings
{
    /// <summary>Where they are.</summary>
    public static string Folder { get; } = RepositoryRoot.PathOf("tests", "data", "golden");

    /// <summary>Their files.</summary>
    public static IEnumerable<string> Names => Directory.EnumerateFiles(Folder, "*.jsonl").Select(Path.GetFileName).OfType<string>().Order();

    /// <summary>The lines of one.</summary>
    public static IEnumerable<JsonNode> Read(string name) =>
        File.ReadLines(Path.Combine(Folder, name)).Select(line => JsonNode.Parse(line)).OfType<JsonNode>();

    /// <summary>The recorded messages of one decoded kind, such as <c>control</c>.</summary>
    public static IEnumerable<JsonNode> Decoded(string name, string what) =>
        Read(name).Select(line => line["decoded"]).OfType<JsonNode>().Where(decoded => (string?)decoded["what"] == what);
}
