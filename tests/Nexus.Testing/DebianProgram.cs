using System.Collections.Concurrent;
using System.Diagnostics;
using Xunit;

namespace Nexus.Testing;

/// <summary>Programs that some tests talk to. Where one is missing, the test is skipped and says which.</summary>
public static class DebianProgram
{
    private const string DebianPython = "/usr/bin/python3";

    private static readonly string[] s_systemFolders = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];
    private static readonly ConcurrentDictionary<string, bool> s_pythonModules = new();

    /// <summary>The program's path, or null.</summary>
    public static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Concat(s_systemFolders)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);

    /// <summary>The program's path; skips the running test when it is not there.</summary>
    public static string SkipUnlessInstalled(string program)
    {
        var path = Find(program);
        Assert.SkipUnless(path is not null, $"{program} is not installed.");
        return path ?? "";
    }

    /// <summary>The path of python3; skips the running test when it, or the module, is not there.</summary>
    /// <param name="module">As in <c>import module</c>, e.g. "grpc".</param>
    /// <param name="package">The Debian package that brings it, e.g. "python3-grpcio".</param>
    public static string SkipUnlessPythonModule(string module, string package)
    {
        // Debian's own, which sees Debian's modules; another one may come first in the path.
        var python = File.Exists(DebianPython) ? DebianPython : SkipUnlessInstalled("python3");
        Assert.SkipUnless(s_pythonModules.GetOrAdd(module, name => HasModule(python, name)), $"{package} is not installed.");
        return python;
    }

    private static bool HasModule(string python, string module)
    {
        using var process = Process.Start(new ProcessStartInfo(python, ["-c", $"import {module}"]) { RedirectStandardError = true })
            ?? throw new InvalidOperationException("python3 did not start.");
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
