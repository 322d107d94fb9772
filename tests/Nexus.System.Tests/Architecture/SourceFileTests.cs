using System.Text.RegularExpressions;

namespace Nexus.SystemTests.Architecture;

/// <summary>The shape of the files: sizes, and nothing of the machine they were written on.</summary>
public sealed partial class SourceFileTests
{
    private const int MaxLines = 300;
    private const int MaxProgramLines = 25;

    // The files that may be longer, each with its reason. None at present.
    private static readonly Dictionary<string, string> s_longer = [];

    // The whole topology on one screen.
    private const string AppHost = "Nexus.AppHost/Program.cs";
    private const int MaxAppHostLines = 70;

    [Fact]
    public void SourceFiles_AreShort()
    {
        var tooLong = RepositoryFiles.WithExtension(".cs")
            .Where(path => !s_longer.ContainsKey(path))
            .Select(path => (path, lines: File.ReadLines(RepositoryFiles.FullPath(path)).Count()))
            .Where(file => file.lines > MaxLines)
            .Select(file => $"{file.path}: {file.lines}");
        Findings.None(tooLong);
    }

    [Fact]
    public void Exceptions_AreStillNeeded() => Findings.None(s_longer.Keys
        .Where(path => !File.Exists(RepositoryFiles.FullPath(path)) || File.ReadLines(RepositoryFiles.FullPath(path)).Count() <= MaxLines));

    [Fact]
    public void Programs_AreTablesOfContents() => Findings.None(RepositoryFiles.WithExtension("/Program.cs")
        .Where(path => !path.StartsWith("tests/", StringComparison.Ordinal) && !path.StartsWith("standins/", StringComparison.Ordinal))
        .Where(path => File.ReadLines(RepositoryFiles.FullPath(path)).Count() > (path == AppHost ? MaxAppHostLines : MaxProgramLines)));

    [Fact]
    public void Folders_AreNamedWithDomainNouns()
    {
        string[] empty = ["Helpers", "Utils", "Utilities", "Common", "Managers", "Services", "Models", "Misc"];
        Findings.None(RepositoryFiles.WithExtension(".cs").Where(path => path.Split('/').SkipLast(1).Any(empty.Contains)));
    }

    [Fact]
    public void NothingNamesAPathOfSomeonesMachine() => Findings.None(RepositoryFiles.All
        .Where(path => !path.StartsWith("tests/data/", StringComparison.Ordinal))
        .SelectMany(path => File.ReadLines(RepositoryFiles.FullPath(path)).Select((text, index) => (text, where: $"{path}:{index + 1}")))
        .Where(line => MachinePath().IsMatch(line.text))
        .Select(line => $"{line.where}: {line.text.Trim()}"));

    [Fact]
    public void NothingIsLeftForLater() => Findings.None(RepositoryFiles.WithExtension(".cs")
        // Grpc.Core.Api really throws this where a derived class has to override.
        .Where(path => !path.StartsWith("standins/Grpc/Grpc.Core.Api/", StringComparison.Ordinal))
        .SelectMany(path => File.ReadLines(RepositoryFiles.FullPath(path)).Select((text, index) => (text, where: $"{path}:{index + 1}")))
        .Where(line => ForLater().IsMatch(line.text))
        .Select(line => $"{line.where}: {line.text.Trim()}"));

    // Written so that the pattern does not match itself.
    [GeneratedRegex(@"(^|[\s""'=(:])(/(work)/|/(root)/|/(home)/[a-z]+/|[A-Z]:\\\\?(Users)\\)")]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"//\s*(TOD[O]|FIXM[E]|HAC[K]|XX[X])\b|throw new NotImplemented[E]xception")]
    private static partial Regex ForLater();
}
