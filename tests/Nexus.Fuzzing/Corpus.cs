using System.Text;
using System.Text.Json;
using Nexus.Testing;

namespace Nexus.Fuzzing;

/// <summary>Real inputs from the recordings, and broken promises of a parser.</summary>
internal static class Corpus
{
    private const int MaxSeed = 8 * 1024;

    /// <summary>First bytes of real clients and made edge cases; <paramref name="kind"/> is "tls" or "http".</summary>
    public static IReadOnlyList<byte[]> FirstBytes(string kind) => [.. File.ReadLines(RepositoryRoot.PathOf("tests", "data", "first-bytes", "index.jsonl"))
        .Select(line => JsonDocument.Parse(line).RootElement)
        .Where(item => item.GetProperty("kind").GetString() == kind && item.GetProperty("bytes").GetInt32() is > 0 and < MaxSeed)
        .Select(item => File.ReadAllBytes(RepositoryRoot.PathOf("tests", "data", "first-bytes", item.GetProperty("file").GetString() ?? "")))];

    /// <summary>Texts as UTF-8.</summary>
    public static IReadOnlyList<byte[]> Texts(params IEnumerable<string> texts) => [.. texts.Select(Encoding.UTF8.GetBytes)];

    /// <summary>Says that a parser broke a promise of its own.</summary>
    public static void Check(bool kept, string promise)
    {
        if (!kept) throw new InvalidOperationException(promise);
    }
}
