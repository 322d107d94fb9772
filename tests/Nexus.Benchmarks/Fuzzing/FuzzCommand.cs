using System.Globalization;
using Nexus.Fuzzing;

namespace Nexus.Benchmarks.Fuzzing;

/// <summary><c>fuzz [inputs [seed [target]]]</c>: a million inputs for every parser, unless told otherwise.</summary>
internal static class FuzzCommand
{
    private const int Inputs = 1_000_000;

    /// <summary>Prints a line per parser, and the inputs that broke one; returns 1 when there are any.</summary>
    public static int Run(string[] arguments, TextWriter output)
    {
        var count = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : Inputs;
        var seed = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 1;
        var failed = false;
        foreach (var target in FuzzTargets.All.Where(target => arguments.Length < 3 || target.Name == arguments[2]))
        {
            var report = new FuzzRun(target, count, seed).Run();
            failed |= report.Failures.Count > 0;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{(report.Failures.Count == 0 ? "ok  " : "FAIL")} {target.Name}: {report.Inputs} inputs, {report.Bytes / 1e6:0} MB, {report.Elapsed.TotalSeconds:0} s; slowest {report.WorstMilliseconds:0.0} ms, most allocated {report.WorstAmplification:0.0} times the input"));
            foreach (var failure in report.Failures) output.WriteLine(failure);
        }

        return failed ? 1 : 0;
    }
}
