using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Nexus.Certs.Storage;

namespace Nexus.Certs.Identities;

/// <summary>Keeps authorities across restarts. A damaged one is never replaced: whoever trusts it would have to trust again.</summary>
internal sealed class AuthorityFile(ISecretTexts texts, CertificateFolder folder, TimeProvider time, ILogger<AuthorityFile> logger)
{
    /// <summary>Signs the hub's certificate while there is no public one. Certificate and key are in one file, so that there is never one without the other.</summary>
    private const string OfHub = "authority.pem";

    /// <summary>Signs the services' identities. Another one, because users trust the hub's by hand.</summary>
    private const string OfServices = "services.pem";

    /// <summary>The authority of this node's own names, made if there is none; its root certificate is written for others.</summary>
    /// <exception cref="OptionsValidationException">The store cannot be used, or what is in it is damaged or expired.</exception>
    public async Task<CertificateAuthority> OpenForHubAsync(CancellationToken cancellationToken)
    {
        var authority = await OpenAsync(OfHub, cancellationToken);
        try
        {
            folder.WriteRoot(authority.RootPem);
            IdentitiesLog.Opened(logger, folder.RootFile, authority.NotAfter);
            return authority;
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            throw Failure(ex.Message);
        }
    }

    /// <summary>The authority of identities, made if there is none.</summary>
    /// <exception cref="OptionsValidationException">The store cannot be used, or what is in it is damaged or expired.</exception>
    public Task<CertificateAuthority> OpenForServicesAsync(CancellationToken cancellationToken) => OpenAsync(OfServices, cancellationToken);

    private async Task<CertificateAuthority> OpenAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            var authority = await ReadAsync(name, cancellationToken) ?? await CreateAsync(name, cancellationToken);
            if (authority.NotAfter > time.GetUtcNow()) return authority;
            authority.Dispose();
            throw Failure($"the authority in {texts.Describe(name)} has expired; remove it to make a new one that everybody must trust anew");
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            throw Failure(ex.Message);
        }
    }

    private static OptionsValidationException Failure(string problem) =>
        new(Options.DefaultName, typeof(StorageOptions), [$"{nameof(StorageOptions.Directory)}: {problem}"]);

    private async Task<CertificateAuthority?> ReadAsync(string name, CancellationToken cancellationToken)
    {
        if (await texts.TryReadAsync(name, cancellationToken) is not { } pem) return null;
        try
        {
            return CertificateAuthority.FromPem(pem);
        }
        catch (Exception ex) when (ex is CryptographicException or ArgumentException)
        {
            throw Failure($"{texts.Describe(name)} is damaged ({ex.Message}); restore it, or remove it to make a new authority that everybody must trust anew");
        }
    }

    private async Task<CertificateAuthority> CreateAsync(string name, CancellationToken cancellationToken)
    {
        var created = CertificateAuthority.Create(time.GetUtcNow());
        if (await texts.TryCreateAsync(name, created.ToPem(), lifetime: null, cancellationToken)) return created;

        // Another process was faster: its authority is the one.
        created.Dispose();
        return await ReadAsync(name, cancellationToken) ?? throw Failure($"{texts.Describe(name)} came and went");
    }
}
