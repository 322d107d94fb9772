namespace Nexus.ServiceDefaults.NodeConfiguration;

/// <summary>One key of <c>config.yaml</c> (spec/node.md §11).</summary>
/// <param name="Name">Its path, with dots.</param>
/// <param name="Kind">What its value is.</param>
/// <param name="Meaning">For the documentation, one line.</param>
internal sealed record NodeKey(string Name, NodeKeyKind Kind, string Meaning)
{
    /// <summary>The smallest number, also of each in a list.</summary>
    public int Min { get; init; }

    /// <summary>The largest number, also of each in a list.</summary>
    public int Max { get; init; } = int.MaxValue;

    /// <summary>What an absent key means, for the documentation; a 0 means the same when <see cref="IsZeroDefault"/>.</summary>
    public string Default { get; init; } = "–";

    /// <summary>Whether 0 stands for the default, as absent does.</summary>
    public bool IsZeroDefault { get; init; }

    public bool IsNumber => Kind is NodeKeyKind.Number or NodeKeyKind.Seconds;

    public bool IsSecret => Kind is NodeKeyKind.Secret or NodeKeyKind.Secrets;

    /// <summary>For the documentation.</summary>
    public string Range => Kind is NodeKeyKind.Ports || IsNumber ? $"{(Min < 0 ? "−" : "")}{Math.Abs((long)Min)} to {Max}" : "–";
}
