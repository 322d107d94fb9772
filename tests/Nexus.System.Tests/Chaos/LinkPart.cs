using Nexus.Testing;

namespace Nexus.SystemTests.Chaos;

/// <summary>Ways between the regions' meshes: each leads to one mesh, which it is dialled at.</summary>
/// <param name="name">For messages.</param>
/// <param name="lines">Those that fail together.</param>
internal sealed class LinkPart(string name, params IReadOnlyList<ChaosProxy> lines) : ChaosPart(name, PartKind.Link)
{
    public override IReadOnlyList<FaultKind> Faults => [FaultKind.Cut, FaultKind.Freeze];

    public override Task HitAsync(FaultKind fault)
    {
        foreach (var line in lines)
        {
            if (fault == FaultKind.Cut) line.Cut();
            else _ = line.Stall(); // completes when something was held: nothing need be
        }

        return Task.CompletedTask;
    }

    public override Task RestoreAsync(FaultKind fault)
    {
        foreach (var line in lines)
        {
            if (fault == FaultKind.Cut) line.Mend();
            else line.Resume();
        }

        return Task.CompletedTask;
    }
}
