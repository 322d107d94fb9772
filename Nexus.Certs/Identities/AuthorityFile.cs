using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Nexus.Certs.Storage;

namespace Nexus.Certs.Identities;

/// <summary>Keeps the authority across restarts. A damaged one is never replaced: whoever trusts it would have to trust again.</summary>
internal sealed class AuthorityFile(CertificateFolder folder, TimeProvider time, ILogger<AuthorityFile> logger)
{
    /// <summary>Certificate and key in one file, so that there is never one without the other.</summary>
    private const string Name = "authority.pem";

    /// <summary>The authority of this node, made if there is none; its root certificate is written for others.</summary>
    /// <exception cref="OptionsValidationException">The folder cannot be used, or what is in it is damaged or expired.</exception>
    public CertificateAuthority Open()
    {
        try
        {
            folder.Prepare();
            var authority = Read() ?? Create();
            if (authority.NotAfter <= time.GetUtcNow())
            {
                authority.Dispose();
                throw Failure($"the authority in {folder.PathOf(Name)} has expired; remove the file to make a new one that users must trust anew");
            }

            folder.WriteRoot(authority.RootPem);
            IdentitiesLog.Opened(logger, folder.RootFile, authority.NotAfter);
            return authority;
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            throw Failure(ex.Message);
        }
    }

    private static OptionsValidationException Failure(string problem) =>
        new(Options.DefaultName, typeof(StorageOptions), [$"{nameof(StorageOptions.Directory)}: {problem}"]);

    private CertificateAuthority? Read()
    {
        if (folder.TryRead(Name) is not { } pem) return null;
        try
        {
            return CertificateAuthority.FromPem(pem);
        }
        catch (Exception ex) when (ex is CryptographicException or ArgumentException)
        {
            throw Failure($"{folder.PathOf(Name)} is damaged ({ex.Message}); restore it, or remove it to make a new authority that users must trust anew");
        }
    }

    private CertificateAuthority Create()
    {
        var created = CertificateAuthority.Create(time.GetUtcNow());
        if (folder.TryCreate(Name, created.ToPem())) return created;

        // Another process was faster: its authority is the one.
        created.Dispose();
        return Read() ?? throw Failure($"{folder.PathOf(Name)} came and went");
    }
}
