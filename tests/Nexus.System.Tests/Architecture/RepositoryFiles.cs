using Nexus.Testing;

namespace Nexus.SystemTests.Architecture;

/// <summary>What belongs to the repository: everything in its folder that no build made.</summary>
internal static class RepositoryFiles
{
    private static readonly string[] s_made = [".git", "artifacts", "bin", "obj", "node_modules", "TestResults", "BenchmarkDotNet.Artifacts", ".vs", ".idea", ".nexus"];

    /// <summary>Paths relative to the root, with forward slashes.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Walk(new DirectoryInfo(RepositoryRoot.Path)).Select(Relative).Order(StringComparer.Ordinal)];

    public static IEnumerable<string> WithExtension(string extension) => All.Where(path => path.EndsWith(extension, StringComparison.Ordinal));

    public static string FullPath(string relative) => Path.Combine(RepositoryRoot.Path, relative);

    private static string Relative(FileInfo file) => Path.GetRelativePath(RepositoryRoot.Path, file.FullName).Replace('\\', '/');

    private static IEnumerable<FileInfo> Walk(DirectoryInfo folder) => folder.EnumerateFiles()
        .Concat(folder.EnumerateDirectories().Where(inner => !s_made.Contains(inner.Name) && inner.LinkTarget is null).SelectMany(Walk))
        // A work tree keeps its pointer to the repository in a file.
        .Where(file => file.Name != ".git");
}
