using Nexus.Testing;

namespace Nexus.SystemTests.Chaos;

/// <summary>A process, with what it said before its last death.</summary>
internal abstract class ProcessPart(string name, PartKind kind) : ChaosPart(name, kind)
{
    private const int LinesShown = 60;

    private RealProcess? _former;

    /// <summary>All that it has printed in this life and the one before.</summary>
    public string WholeLog => $"{_former?.Output}\n-- now\n{Process?.Output}";

    public override string Log => string.Join('\n', [.. Tail(_former, "before its last death"), .. Tail(Process, "now")]);

    protected abstract RealProcess? Process { get; }

    public override async Task HitAsync(FaultKind fault)
    {
        if (Process is not { } process) throw new InvalidOperationException($"{Name} does not run.");
        if (fault == FaultKind.Stop)
        {
            await process.SuspendAsync();
            return;
        }

        _former = process;
        process.Kill();
        await process.WaitForExitAsync();
        await process.DisposeAsync();
    }

    public override async Task RestoreAsync(FaultKind fault)
    {
        if (fault == FaultKind.Stop) Process?.Resume();
        else await StartAgainAsync();
    }

    /// <summary>Returns when it may be used.</summary>
    protected abstract Task StartAgainAsync();

    private static IEnumerable<string> Tail(RealProcess? process, string when) =>
        process is null ? [] : [$"({when}, the last {LinesShown} lines)", .. process.Lines.TakeLast(LinesShown).Select(line => line.Text)];
}
