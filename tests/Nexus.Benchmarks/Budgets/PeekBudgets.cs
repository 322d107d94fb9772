using Nexus.Edge.Peeking;
using Nexus.Testing;

namespace Nexus.Benchmarks.Budgets;

/// <summary>Reading the name in real first bytes.</summary>
internal static class PeekBudgets
{
    private const double HostString = 96; // the result itself: one string of at most 37 characters in these recordings

    public static IEnumerable<AllocationBudget> All
    {
        get
        {
            var hello = Read("tls-real-chromium-pq.bin", "tls-real");
            var head = Read("http-real-curl.bin", "http-real");
            return
            [
                AllocationBudget.Of("peek a whole ClientHello", HostString, () => Parse(hello)),
                AllocationBudget.Of("peek half a ClientHello", 0, () => Parse(hello.AsSpan(0, hello.Length / 2))),
                AllocationBudget.Of("peek a whole HTTP head", HostString, () => Parse(head)),
                AllocationBudget.Of("peek half an HTTP head", 0, () => Parse(head.AsSpan(0, head.Length / 2))),
            ];
        }
    }

    private static void Parse(ReadOnlySpan<byte> bytes) => new FirstBytesParser().Parse(bytes);

    /// <summary>The named recording, or the largest of its group.</summary>
    private static byte[] Read(string name, string group)
    {
        var folder = Path.Combine(RepositoryRoot.Path, "tests", "data", "first-bytes");
        var file = Path.Combine(folder, name);
        return File.ReadAllBytes(File.Exists(file)
            ? file
            : Directory.EnumerateFiles(folder, $"{group}-*.bin").OrderByDescending(path => new FileInfo(path).Length).First());
    }
}
