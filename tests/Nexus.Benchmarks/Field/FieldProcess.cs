using Nexus.Testing;

namespace Nexus.Benchmarks.Field;

/// <summary>This program once more, as service, load or line: their work must not be counted with what is measured.</summary>
internal static class FieldProcess
{
    private static readonly Dictionary<string, string?> s_environment = new()
    {
        // Answers are handled where the kernel reports them: no thread hop, as in a program written around epoll.
        ["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] = "1",
        ["DOTNET_TieredPGO"] = "0", // no instrumented code in a process that lives for seconds
    };

    public static RealProcess Start(params string[] arguments) =>
        RealProcess.StartDotnet(typeof(FieldProcess).Assembly.Location, arguments, s_environment);
}
