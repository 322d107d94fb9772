namespace Nexus.Benchmarks.Field.Report;

/// <summary>What a figure must be, and is.</summary>
/// <param name="Name">In words, with the unit.</param>
/// <param name="IsAtLeast">Whether the limit is the least that will do; else the most.</param>
/// <param name="Limit">In the value's unit.</param>
/// <param name="Value">The median.</param>
internal sealed record FieldVerdict(string Name, bool IsAtLeast, double Limit, double Value)
{
    public bool IsMet => IsAtLeast ? Value >= Limit : Value <= Limit;
}
