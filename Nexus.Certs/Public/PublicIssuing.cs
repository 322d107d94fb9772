using System.Security.Cryptography.X509Certificates;
using Nexus.Acme;
using Nexus.Acme.Accounts;
using Nexus.Acme.Authority;
using Nexus.Acme.Challenges;
using Nexus.Acme.Issuing;
using Nexus.Acme.Orders;

namespace Nexus.Certs.Public;

/// <summary>The authority, the issuer at it, and what is wanted of it, as the options say.</summary>
internal sealed class PublicIssuing : IDisposable
{
    /// <param name="terms">Valid ones.</param>
    /// <param name="responder">Who serves the proofs.</param>
    /// <param name="shared">What several Certs keep; null: this one's folder.</param>
    /// <param name="time">The clock.</param>
    public PublicIssuing(PublicOptions terms, IChallengeResponder responder, IIssuingStore? shared, TimeProvider time)
    {
        Host = terms.IsUsed ? AcmeIdentifier.Parse(terms.Hostname ?? "").Value : "";
        Request = new IssueRequest { Names = [Host], Profile = NullIfEmpty(terms.Profile), PreferredRoot = NullIfEmpty(terms.PreferredRoot) };
        Authority = new AcmeAuthority(new AcmeOptions { Directory = terms.Directory, TrustedRoots = ReadRoots(terms.AuthorityFile) }, time);
        // The terms are agreed to as the original does (spec/node.md §10).
        var registration = new AccountRegistration { AgreesToTerms = true, Contacts = [.. terms.Contacts], ExternalAccount = terms.ReadExternalAccount() };
        var issuing = new IssuerOptions { Registration = registration, MaxOrdersPerHour = terms.MaxOrdersPerHour };
        Issuer = new CertificateIssuer(Authority, shared ?? new FolderStore(Path.GetFullPath(terms.CacheDirectory)), responder, issuing);
    }

    /// <summary>The hub's name, as certificates have it.</summary>
    public string Host { get; }

    public AcmeAuthority Authority { get; }

    public CertificateIssuer Issuer { get; }

    public IssueRequest Request { get; }

    public void Dispose()
    {
        Issuer.Dispose();
        Authority.Dispose();
    }

    private static X509Certificate2Collection? ReadRoots(string? file)
    {
        if (string.IsNullOrEmpty(file)) return null;
        X509Certificate2Collection roots = [];
        roots.ImportFromPemFile(file);
        return roots;
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
