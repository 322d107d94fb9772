namespace Nexus.SystemTests.Conformance;

/// <summary>One line of the table: a statement, and what shows it.</summary>
/// <param name="Statement">"node 53".</param>
/// <param name="Promise">The statement in words.</param>
/// <param name="Reason">Why it is not followed or not yet shown; empty for most.</param>
/// <param name="Tests"><c>Class.Method</c> of each test, in order.</param>
internal sealed record ConformanceLine(string Statement, string Promise, string Reason, IReadOnlyList<string> Tests)
{
    /// <summary>Belongs to work that has not been done yet.</summary>
    public const string Open = "open:";

    /// <summary>We do something else on purpose; a test shows what.</summary>
    public const string NotFollowed = "not followed:";

    public static bool TryParse(string line, out ConformanceLine parsed)
    {
        parsed = new("", "", "", []);
        if (line.Trim().Trim('|').Split(" | ") is not [var statement, var promise, var shown]) return false;
        if (statement.Trim().Split(' ') is not [_, var number] || !int.TryParse(number, out _)) return false;
        var parts = shown.Trim().Split("<br>", StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        parsed = new(statement.Trim(), promise.Trim(), string.Join(' ', parts.Where(part => !part.StartsWith('`'))),
            [.. parts.Where(part => part.StartsWith('`')).Select(part => part.Trim('`'))]);
        return true;
    }

    public override string ToString() =>
        $"| {Statement} | {Promise} | {string.Join("<br>", (Reason.Length > 0 ? [Reason] : Array.Empty<string>()).Concat(Tests.Select(test => $"`{test}`")))} |";
}
