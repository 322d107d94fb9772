using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;
using Nexus.Certs.Identities;
using Nexus.Identities;

namespace Nexus.Certs.Joining;

/// <summary>Signs identities. Opened when it is first needed: a node on one host has no use for it.</summary>
internal sealed class ServiceAuthority(AuthorityFile file, IOptions<JoiningOptions> options, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _opening = new(1);
    private CertificateAuthority? _authority;

    /// <exception cref="OptionsValidationException">The store cannot be used.</exception>
    public async ValueTask<X509Certificate2> GetRootAsync(CancellationToken cancellationToken) => (await OpenAsync(cancellationToken)).Root;

    /// <summary>A certificate of this role for a key.</summary>
    /// <exception cref="OptionsValidationException">The store cannot be used.</exception>
    public async ValueTask<X509Certificate2> IssueAsync(ServiceRole role, PublicKey key, CancellationToken cancellationToken) =>
        (await OpenAsync(cancellationToken)).IssueIdentity(role, key, time.GetUtcNow(), options.Value.IdentityLifetime);

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
        _authority?.Dispose();
        _opening.Dispose();
    }

    private async ValueTask<CertificateAuthority> OpenAsync(CancellationToken cancellationToken)
    {
        if (_authority is { } known) return known;
        await _opening.WaitAsync(cancellationToken);
        try
        {
            return _authority ??= await file.OpenForServicesAsync(cancellationToken);
        }
        finally
        {
            _opening.Release();
        }
    }
}
