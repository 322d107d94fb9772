namespace Aspire.Hosting.Orchestration;

/// <summary>
/// How children die with their parent, also when it is killed outright: a child is a process group of its own with a
/// watcher beside it, whose standard input is a pipe that only the parent holds open. When the pipe ends, the watcher
/// asks the group to stop and kills it 3 seconds later. The child itself reads nothing from the pipe.
/// </summary>
internal static class Lifeline
{
    private const string SetSid = "/usr/bin/setsid";

    /// <summary>Other shells drop variables whose names are not theirs, such as Logging__LogLevel__Microsoft.AspNetCore.</summary>
    private const string Shell = "/bin/bash";

    private const string Script = """
        exec 3<&0 </dev/null
        (
          trap '' TERM INT HUP
          exec >/dev/null 2>&1
          while read -r _ <&3; do :; done
          kill -s TERM -- -$$
          n=0
          while [ $n -lt 3 ] && kill -s 0 $$; do sleep 1; n=$((n+1)); done
          kill -s KILL -- -$$
        ) &
        exec 3<&-
        exec "$@"
        """;

    /// <summary>False where there is no setsid or bash (both are essential on Debian): children then end with an orderly stop only.</summary>
    public static bool IsAvailable { get; } = OperatingSystem.IsLinux() && File.Exists(SetSid) && File.Exists(Shell);

    public static (string FileName, IReadOnlyList<string> Arguments) Wrap(string fileName, IReadOnlyList<string> arguments) =>
        (SetSid, [Shell, "-c", Script, "lifeline", fileName, .. arguments]);
}
