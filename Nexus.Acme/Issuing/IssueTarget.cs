using System.Security.Cryptography;
using System.Text;
using Nexus.Acme.Orders;

namespace Nexus.Acme.Issuing;

/// <summary>The names of a request, checked, and what its documents are called.</summary>
internal sealed record IssueTarget(IReadOnlyList<AcmeIdentifier> Identifiers, string Id)
{
    public string[] Names => [.. Identifiers.Select(identifier => identifier.Value)];

    /// <exception cref="FormatException">A name is none, or there are none or too many.</exception>
    public static IssueTarget Of(IssueRequest request, Uri directory)
    {
        AcmeIdentifier[] identifiers = [.. request.Names.Select(AcmeIdentifier.Parse).Distinct().OrderBy(identifier => identifier.Value, StringComparer.Ordinal)];
        if (identifiers.Length is 0 or > AcmeOrder.MaxIdentifiers) throw new FormatException($"A certificate needs 1 to {AcmeOrder.MaxIdentifiers} names.");
        return new(identifiers, IdOf([directory.AbsoluteUri, request.Profile ?? "", .. identifiers.Select(identifier => identifier.Value)]));
    }

    /// <summary>What the documents of an authority as a whole are called.</summary>
    public static string IdOf(Uri directory) => IdOf([directory.AbsoluteUri]);

    private static string IdOf(string[] parts) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts))))[..32];
}
