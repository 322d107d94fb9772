namespace Nexus.SystemTests.Chaos;

/// <summary>Something that fails, and comes back.</summary>
internal abstract class ChaosPart(string name, PartKind kind)
{
    public string Name => name;

    public PartKind Kind => kind;

    /// <summary>How it may fail.</summary>
    public virtual IReadOnlyList<FaultKind> Faults => [FaultKind.Kill, FaultKind.Stop];

    /// <summary>The end of what it has printed, in the life before this one too.</summary>
    public virtual string Log => "";

    /// <summary>Returns when it has failed.</summary>
    public abstract Task HitAsync(FaultKind fault);

    /// <summary>Returns when it is there again.</summary>
    public abstract Task RestoreAsync(FaultKind fault);
}
