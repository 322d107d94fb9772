using System.Text.RegularExpressions;
using Nexus.SystemTests.Architecture;

namespace Nexus.SystemTests.Conformance;

/// <summary>The tests that say which statements they show, read from the sources of all test projects.</summary>
internal static partial class TaggedTests
{
    /// <summary>Statement → <c>Class.Method</c>, in order.</summary>
    public static ILookup<string, string> ByStatement { get; } = RepositoryFiles.WithExtension(".cs")
        .Where(path => path.StartsWith("tests/", StringComparison.Ordinal) && !path.EndsWith("/StatementAttribute.cs", StringComparison.Ordinal))
        .SelectMany(InFile)
        .OrderBy(tagged => tagged.Test, StringComparer.Ordinal)
        .ToLookup(tagged => tagged.Statement, tagged => tagged.Test);

    /// <summary>Attributes that are on something that never runs.</summary>
    public static IReadOnlyList<string> OnNoTest { get; } = [.. RepositoryFiles.WithExtension(".cs")
        .Where(path => path.StartsWith("tests/", StringComparison.Ordinal) && !path.EndsWith("/StatementAttribute.cs", StringComparison.Ordinal))
        .SelectMany(path => Methods(path).Where(method => !Runs().IsMatch(method.Groups["attributes"].Value))
            .Select(method => $"{path}: {method.Groups["method"].Value}"))];

    private static IEnumerable<(string Statement, string Test)> InFile(string path) =>
        from method in Methods(path)
        from tag in Tag().Matches(method.Groups["attributes"].Value)
        from id in Id().Matches(tag.Value)
        select (id.Groups["id"].Value, $"{Path.GetFileNameWithoutExtension(path).Split('.')[0]}.{method.Groups["method"].Value}");

    private static MatchCollection Methods(string path) => TaggedMethod().Matches(File.ReadAllText(RepositoryFiles.FullPath(path)));

    // The attributes of one method, of which at least one is a tag, and its name.
    [GeneratedRegex(@"(?<attributes>(?:^[ \t]*\[[^\n]*\][ \t]*(?://[^\n]*)?\r?\n)*^[ \t]*\[(?:[A-Za-z]+(?:\([^\n]*\))?,[ \t]*)?Statement\([^\n]*\][ \t]*\r?\n(?:^[ \t]*(?:\[|""|nameof|//)[^\n]*\r?\n)*)^[ \t]*public[^\n(=]*?\b(?<method>[A-Za-z0-9_]+)(?:<[^>]*>)?\(", RegexOptions.Multiline)]
    private static partial Regex TaggedMethod();

    [GeneratedRegex(@"\bStatement\([^)]*\)")]
    private static partial Regex Tag();

    [GeneratedRegex("\"(?<id>[^\"]*)\"")]
    private static partial Regex Id();

    [GeneratedRegex(@"\b[A-Za-z]*(Fact|Theory)\b")]
    private static partial Regex Runs();
}
