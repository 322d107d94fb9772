namespace Nexus.Fuzzing;

/// <summary>A parser that reads a stranger's bytes.</summary>
/// <param name="Name">What is read, one word or two.</param>
/// <param name="Seeds">Real inputs, which are mutated; at least one.</param>
/// <param name="Generate">Makes an input that is nearly right, by the grammar of the format.</param>
/// <param name="Parse">Reads one input. Throws when the parser throws, or breaks a promise of its own.</param>
public sealed record FuzzTarget(string Name, IReadOnlyList<byte[]> Seeds, Func<Random, byte[]> Generate, Action<byte[]> Parse)
{
    /// <summary>Inputs longer than this are cut: beyond it every format refuses by its length alone.</summary>
    public int MaxInput { get; init; } = 70_000;

    /// <summary>Most bytes allocated per byte of input.</summary>
    public int MaxAmplification { get; init; } = 100;

    /// <summary>Bytes that an input of a few bytes may cost all the same: an exception that the parser answers with, a result object.</summary>
    public int FreeBytes { get; init; } = 24 * 1024;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
