namespace Nexus.SystemTests.Chaos;

/// <param name="Part">What is hit.</param>
/// <param name="Kind">How.</param>
/// <param name="Length">How long it lasts.</param>
internal sealed record ChaosFault(ChaosPart Part, FaultKind Kind, TimeSpan Length)
{
    /// <summary>Whether others can notice it at once: connections break.</summary>
    public bool IsLoud => Kind is FaultKind.Kill or FaultKind.Cut;

    public override string ToString() => $"{Kind} {Part.Name} for {Length.TotalSeconds:0.0} s";
}
