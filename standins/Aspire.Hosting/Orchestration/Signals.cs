using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Aspire.Hosting.Orchestration;

/// <summary>kill(2). A process that is gone already is no error here.</summary>
[UnsupportedOSPlatform("windows")]
internal static partial class Signals
{
    public const int Kill = 9;
    public const int Terminate = 15;

    public static void SendToProcess(int processId, int signal) => _ = Send(processId, signal);

    public static void SendToGroup(int groupId, int signal) => _ = Send(-groupId, signal);

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Send(int processId, int signal);
}
