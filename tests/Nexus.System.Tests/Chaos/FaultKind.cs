namespace Nexus.SystemTests.Chaos;

internal enum FaultKind
{
    /// <summary>SIGKILL, and a new process at the same addresses.</summary>
    Kill,

    /// <summary>SIGSTOP, then SIGCONT.</summary>
    Stop,

    /// <summary>Connections are reset, those that are there and those that come; then no more.</summary>
    Cut,

    /// <summary>Nothing passes, nobody is told; then everything that was held.</summary>
    Freeze,
}
