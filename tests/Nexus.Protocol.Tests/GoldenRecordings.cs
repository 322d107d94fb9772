using System.Text.Json.Nodes;
using Nexus.Testing;

namespace Nexus.Protocol.Tests;

/// <summary>The recorded sessions in tests/data/golden (its README has the format).</summary>
internal static class GoldenRecordings
{
    public static string Folder { get; } = RepositoryRoot.PathOf("tests", "data", "golden");

    public static IEnumerable<string> Names => Directory.EnumerateFiles(Folder, "*.jsonl").Select(Path.GetFileName).OfType<string>().Order();

    public static IEnumerable<JsonNode> Read(string name) =>
        File.ReadLines(Path.Combine(Folder, name)).Select(line => JsonNode.Parse(line)).OfType<JsonNode>();

    /// <summary>The recorded messages of one decoded kind, such as <c>control</c>.</summary>
    public static IEnumerable<JsonNode> Decoded(string name, string what) =>
        Read(name).Select(line => line["decoded"]).OfType<JsonNode>().Where(decoded => (string?)decoded["what"] == what);
}
