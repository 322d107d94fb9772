using Nexus.SystemTests.Architecture;

namespace Nexus.SystemTests.Conformance;

/// <summary>docs/conformance.md and the tests say the same: every statement has a line, and each line names the tests that show it.</summary>
public sealed class ConformanceTests
{
    private const string UpdateVariable = "NEXUS_UPDATE_CONFORMANCE";
    private static readonly string s_path = RepositoryFiles.FullPath("docs/conformance.md");

    // spec/node.md §18, spec/client.md §19, and the table and the list of spec/seen.md.
    private static readonly IReadOnlyList<string> s_statements = [.. Numbered("node", 147), .. Numbered("client", 130), .. Numbered("case", 11), .. Numbered("seen", 14)];

    // What other work will show: certificates by ACME.
    private static readonly HashSet<string> s_open = [.. new[] { 87, 137, 138 }.Select(number => $"node {number}")];

    [Fact]
    public void EveryStatement_HasOneLine() => Assert.Equal(s_statements, Lines().Select(line => line.Statement));

    [Fact]
    public void EveryTag_NamesAStatement() => Findings.None(TaggedTests.ByStatement.Select(tagged => tagged.Key).Except(s_statements));

    [Fact]
    public void EveryTag_IsOnATest() => Findings.None(TaggedTests.OnNoTest);

    [Fact]
    public void EveryLine_NamesItsTests()
    {
        Update();
        Findings.None(Lines().Where(line => !line.Tests.SequenceEqual(TaggedTests.ByStatement[line.Statement]))
            .Select(line => $"{line.Statement}: the tests are {string.Join(", ", TaggedTests.ByStatement[line.Statement].DefaultIfEmpty("none"))}"
                + $" ({UpdateVariable}=1 writes them into the table)"));
    }

    [Fact]
    public void EveryStatement_IsShown() => Findings.None(Lines()
        .Where(line => line.Tests.Count == 0 && !(line.Reason.StartsWith(ConformanceLine.Open, StringComparison.Ordinal) && s_open.Contains(line.Statement)))
        .Select(line => $"{line.Statement}: no test shows it ({line.Promise})"));

    [Fact]
    public void EveryReason_SaysWhatItIs() => Findings.None(Lines()
        .Where(line => line.Reason.Length > 0 && !line.Reason.StartsWith(ConformanceLine.Open, StringComparison.Ordinal)
            && !line.Reason.StartsWith(ConformanceLine.NotFollowed, StringComparison.Ordinal))
        .Select(line => $"{line.Statement}: {line.Reason}"));

    private static IEnumerable<string> Numbered(string kind, int count) => Enumerable.Range(1, count).Select(number => $"{kind} {number}");

    private static List<ConformanceLine> Lines() => [.. File.ReadLines(s_path)
        .Select(text => ConformanceLine.TryParse(text, out var line) ? line : null).OfType<ConformanceLine>()];

    private static void Update()
    {
        if (Environment.GetEnvironmentVariable(UpdateVariable) is not "1") return;
        File.WriteAllLines(s_path, File.ReadAllLines(s_path).Select(text => ConformanceLine.TryParse(text, out var line)
            ? (line with { Tests = [.. TaggedTests.ByStatement[line.Statement]] }).ToString() : text));
    }
}
