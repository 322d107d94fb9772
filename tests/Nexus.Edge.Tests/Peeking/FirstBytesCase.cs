using System.Text.Json;
using System.Text.Json.Serialization;

namespace Nexus.Edge.Tests.Peeking;

/// <summary>One line of tests/data/first-bytes/index.jsonl.</summary>
internal sealed record FirstBytesCase(
    [property: JsonPropertyName("file")] string File,
    [property: JsonPropertyName("kind")] string Kind,
    [property: JsonPropertyName("expect")] string Expect,
    [property: JsonPropertyName("host")] string? Host,
    [property: JsonPropertyName("preferred")] string? Preferred,
    [property: JsonPropertyName("acceptable")] string[]? Acceptable,
    [property: JsonPropertyName("chunks")] int[]? Chunks)
{
    /// <summary>Where the answer that the authors would choose is not ours, and why.</summary>
    private static readonly Dictionary<string, string> s_otherChoices = new()
    {
        ["tls-rec-len-long.bin"] = "reject", // the header already says that something shares the record with the hello, as in tls-rec-hello-plus-stray
        ["tls-size-40k-sni-last.bin"] = "reject", // over the capture limit of 32 768 bytes
        ["tls-size-65536.bin"] = "reject", // the same
    };

    private static readonly string s_folder = FindFolder();

    public static IReadOnlyList<FirstBytesCase> All { get; } =
        [.. System.IO.File.ReadLines(Path.Combine(s_folder, "index.jsonl")).Select(line => JsonSerializer.Deserialize<FirstBytesCase>(line) ?? throw new InvalidDataException(line))];

    public bool IsTls => Kind == "tls";

    public string Verdict => Expect != "either" ? Expect : s_otherChoices.GetValueOrDefault(File) ?? Preferred ?? throw new InvalidDataException(File);

    public byte[] Read() => System.IO.File.ReadAllBytes(Path.Combine(s_folder, File));

    public static FirstBytesCase Named(string file) => All.Single(item => item.File == file);

    private static string FindFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !System.IO.File.Exists(Path.Combine(folder.FullName, "Nexus.sln"))) folder = folder.Parent;
        return Path.Combine(folder?.FullName ?? throw new DirectoryNotFoundException("Nexus.sln"), "tests", "data", "first-bytes");
    }
}
