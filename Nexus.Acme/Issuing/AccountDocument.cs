namespace Nexus.Acme.Issuing;

/// <summary>The account at one authority.</summary>
/// <param name="PrivateKey">PEM.</param>
/// <param name="Address">Null until the authority has given one.</param>
/// <param name="NextPrivateKey">PEM; while the key is being changed. Which of the two the authority knows is not certain then.</param>
internal sealed record AccountDocument(string PrivateKey, string? Address, string? NextPrivateKey = null)
{
    public override string ToString() => $"account {Address}";
}
