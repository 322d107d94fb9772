namespace Nexus.Acme.Issuing;

/// <summary>The account at one authority.</summary>
/// <param name="PrivateKey">PEM.</param>
/// <param name="Address">Null until the authority has given one.</param>
internal sealed record AccountDocument(string PrivateKey, string? Address)
{
    public override string ToString() => $"account {Address}";
}
