namespace Nexus.Fuzzing;

/// <summary>An input that broke a promise.</summary>
/// <param name="Index">Its number in the run; with the run's seed it can be made again.</param>
/// <param name="Promise">What was broken.</param>
/// <param name="Input">The bytes.</param>
public sealed record FuzzFailure(int Index, string Promise, byte[] Input)
{
    private const int Shown = 600;

    /// <inheritdoc/>
    public override string ToString() =>
        $"input {Index}, {Input.Length} bytes: {Promise}\n  {Convert.ToHexString(Input.AsSpan(0, Math.Min(Input.Length, Shown)))}{(Input.Length > Shown ? "…" : "")}";
}
