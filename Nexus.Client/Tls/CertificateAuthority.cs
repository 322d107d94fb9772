using System.Security.Cryptography.X509Certificates;
using Nexus.Acme;
using Nexus.Acme.Accounts;
using Nexus.Acme.Authority;
using Nexus.Acme.Issuing;
using Nexus.Acme.Signing;

namespace Nexus.Client.Tls;

/// <summary>The authority that a client gets its certificates from, as the options say, with the folder for what comes of it.</summary>
internal sealed class CertificateAuthority(NexusTlsOptions options, TimeProvider time) : IDisposable
{
    private readonly Lock _lock = new();
    private AcmeAuthority? _authority;
    private CertificateIssuer? _issuer;

    public string Folder { get; } = StateFolder.Of(options);

    public StateLock Turn { get; } = new(StateFolder.Of(options), time);

    /// <summary>Opened when first used, so that a file that cannot be read now may be read later.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">There is no certificate in the file of the authority's roots.</exception>
    /// <exception cref="FormatException">The external account's key is none.</exception>
    public (AcmeAuthority Authority, CertificateIssuer Issuer) Open()
    {
        lock (_lock)
        {
            if (_authority is { } known && _issuer is { } issuer) return (known, issuer);
            var registration = new AccountRegistration { AgreesToTerms = true, Contacts = [.. options.Contacts], ExternalAccount = ReadExternalAccount() };
            var issuing = new IssuerOptions { Registration = registration, MaxOrdersPerHour = options.MaxOrdersPerHour };
            _authority = new AcmeAuthority(new AcmeOptions { Directory = Directory, TrustedRoots = ReadRoots() }, time);
            _issuer = new CertificateIssuer(
                _authority, new FolderStore(Folder), new TunnelResponder(ChallengeBoard.OfProcess, ProofKinds.Of(options)), issuing);
            return (_authority, _issuer);
        }
    }

    public IssueRequest RequestFor(string host) => new()
    {
        Names = [host],
        Profile = string.IsNullOrWhiteSpace(options.Profile) ? null : options.Profile.Trim(),
        IgnoresBackoff = options.RetriesAtOnce,
    };

    public void Dispose()
    {
        _issuer?.Dispose();
        _authority?.Dispose();
        Turn.Dispose();
    }

    private Uri Directory => string.IsNullOrWhiteSpace(options.Directory) ? AcmeOptions.LetsEncrypt : new(options.Directory.Trim());

    private ExternalAccountBinding? ReadExternalAccount() =>
        string.IsNullOrWhiteSpace(options.ExternalAccountId) ? null : new(options.ExternalAccountId.Trim(), File.ReadAllText(options.ExternalAccountKeyFile));

    private X509Certificate2Collection? ReadRoots()
    {
        X509Certificate2Collection roots = options.AuthorityCertificates is { } given ? [.. given] : [];
        if (!string.IsNullOrWhiteSpace(options.AuthorityCertificateFile)) roots.ImportFromPemFile(options.AuthorityCertificateFile);
        return roots.Count > 0 ? roots : null;
    }
}
