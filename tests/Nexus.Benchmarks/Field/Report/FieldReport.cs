using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Nexus.Benchmarks.Field.Measuring;

namespace Nexus.Benchmarks.Field.Report;

/// <summary>A run's medians as a table, its verdicts, and all raw figures.</summary>
internal sealed class FieldReport(FieldOptions options, FieldResults results)
{
    private const string Begin = "<!-- field: begin -->";
    private const string End = "<!-- field: end -->";

    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true };

    private IReadOnlyList<string> Targets => [.. options.Targets.Where(name => results.Samples.Any(sample => sample.Target == name))];

    /// <summary>Figures in the order in which they were first measured, one column for each alternative.</summary>
    public string ToText()
    {
        var text = new StringBuilder().AppendLine().AppendLine(Table());
        var verdicts = FieldVerdicts.Of(results);
        text.AppendLine(VerdictTable(verdicts));
        foreach (var note in results.Notes) text.AppendLine(CultureInfo.InvariantCulture, $"Note: {note}");
        foreach (var failure in results.Failures) text.AppendLine(CultureInfo.InvariantCulture, $"FAILED: {failure}");
        return text.ToString();
    }

    public string ToJson() => JsonSerializer.Serialize(
        new
        {
            machine = Machine(),
            options,
            samples = results.Samples,
            verdicts = FieldVerdicts.Of(results),
            notes = results.Notes,
            failures = results.Failures,
        },
        s_json);

    /// <summary>Puts the report between the two marks of the file and leaves the rest alone; adds them at the end where they are missing.</summary>
    public async Task WriteIntoAsync(string path, CancellationToken cancellationToken)
    {
        var text = File.Exists(path) ? await File.ReadAllTextAsync(path, cancellationToken) : "";
        var (begin, end) = (text.IndexOf(Begin, StringComparison.Ordinal), text.IndexOf(End, StringComparison.Ordinal));
        var section = $"{Begin}\n\n{ToMarkdown()}\n{End}";
        text = begin >= 0 && end > begin ? text[..begin] + section + text[(end + End.Length)..] : $"{text.TrimEnd()}\n\n{section}\n";
        await File.WriteAllTextAsync(path, text, cancellationToken);
    }

    private static string Row(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |\n";

    private static string VerdictTable(IReadOnlyList<FieldVerdict> verdicts)
    {
        var text = new StringBuilder(Row(["must", "limit", "is", "verdict"])).Append(Row(["---", "---", "---", "---"]));
        foreach (var verdict in verdicts)
        {
            var sign = verdict.IsAtLeast ? "≥" : "≤";
            text.Append(Row([verdict.Name, $"{sign} {Number(verdict.Limit)}", Number(verdict.Value), verdict.IsMet ? "met" : "**missed**"]));
        }

        return text.ToString();
    }

    private static string Number(double? value) => value switch
    {
        null => "–",
        >= 100 or <= -100 => value.Value.ToString("0", CultureInfo.InvariantCulture),
        >= 10 or <= -10 => value.Value.ToString("0.0", CultureInfo.InvariantCulture),
        _ => value.Value.ToString("0.00", CultureInfo.InvariantCulture),
    };

    private string Machine() => string.Create(
        CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}; load average before: {results.LoadBefore}");

    private string Table()
    {
        var text = new StringBuilder(Row(["figure", .. Targets])).Append(Row(["---", .. Targets.Select(_ => "---:")]));
        foreach (var figure in results.Samples.Select(sample => sample.Figure).Distinct())
            text.Append(Row([figure, .. Targets.Select(target => Number(results.Median(target, figure)))]));
        return text.ToString();
    }

    private string ToMarkdown()
    {
        var rounds = options.Rounds == 1 ? "one round" : string.Create(CultureInfo.InvariantCulture, $"medians of {options.Rounds} rounds");
        return $"{Machine()}; {rounds}, the alternatives by turns.\n{ToText()}";
    }
}
