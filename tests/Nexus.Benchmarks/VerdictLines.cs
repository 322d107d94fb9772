using System.Globalization;
using Nexus.Benchmarks.Field.Report;

namespace Nexus.Benchmarks;

/// <summary>Verdicts as lines of a command's output.</summary>
internal static class VerdictLines
{
    /// <summary>Whether all are met.</summary>
    public static bool Write(IEnumerable<FieldVerdict> verdicts, TextWriter output)
    {
        var areMet = true;
        foreach (var verdict in verdicts)
        {
            areMet &= verdict.IsMet;
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{(verdict.IsMet ? "ok  " : "FAIL")} {verdict.Name}: {verdict.Value:0.##}, {(verdict.IsAtLeast ? "at least" : "at most")} {verdict.Limit:0.##}"));
        }

        return areMet;
    }
}
