using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;
using Nexus.Certs.Identities;
using Nexus.Identities;

namespace Nexus.Certs.Joining;

/// <summary>Signs identities. Opened when it is first needed: a node on one host has no use for it.</summary>
internal sealed class ServiceAuthority(AuthorityFile file, IOptions<JoiningOptions> options, TimeProvider time) : IDisposable
{
    private readonly Lazy<CertificateAuthority> _authority = new(file.OpenForServices);

    /// <exception cref="OptionsValidationException">The folder cannot be used.</exception>
    public X509Certificate2 Root => _authority.Value.Root;

    /// <summary>A certificate of this role for a key.</summary>
    public X509Certificate2 Issue(ServiceRole role, PublicKey key) => _authority.Value.IssueIdentity(role, key, time.GetUtcNow(), options.Value.IdentityLifetime);

    /// <summary>The key of a signing request (PKCS#10, DER), which its owner has proven to have.</summary>
    /// <exception cref="CryptographicException">It is none, or not of an ECDSA P-256 key.</exception>
    public static PublicKey ReadKey(byte[] signingRequest)
    {
        var request = CertificateRequest.LoadSigningRequest(signingRequest, HashAlgorithmName.SHA256);
        using var key = request.PublicKey.GetECDsaPublicKey() ?? throw new CryptographicException("The key is not an ECDSA key.");
        return key.ExportParameters(includePrivateParameters: false).Curve.Oid.Value == ECCurve.NamedCurves.nistP256.Oid.Value
            ? request.PublicKey
            : throw new CryptographicException("The key is not of the curve P-256.");
    }

    public void Dispose()
    {
        if (_authority.IsValueCreated) _authority.Value.Dispose();
    }
}
