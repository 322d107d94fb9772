namespace Nexus.Acme.Issuing;

/// <summary>The last certificate of a set of names.</summary>
/// <param name="Chain">PEM.</param>
/// <param name="PrivateKey">PEM.</param>
internal sealed record CertificateDocument(string Chain, string PrivateKey)
{
    public override string ToString() => "certificate";
}
