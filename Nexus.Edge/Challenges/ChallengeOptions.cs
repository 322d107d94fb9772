namespace Nexus.Edge.Challenges;

/// <summary>Whose proofs to an ACME authority are answered here, on port 80.</summary>
internal sealed class ChallengeOptions
{
    public const string SectionName = "Nexus:Edge:Acme";

    /// <summary>The node's own public name. Every other name's challenges go to its backend, which can solve its own.</summary>
    public string? Hostname { get; set; }
}
