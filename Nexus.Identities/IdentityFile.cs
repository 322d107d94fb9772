using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Nexus.ServiceDefaults;

namespace Nexus.Identities;

/// <summary>Keeps the identity across restarts of the process.</summary>
internal sealed class IdentityFile(IOptions<IdentityOptions> options, IdentityTerms terms, TimeProvider time, ILogger<IdentityFile> logger)
{
    private readonly string _path = options.Value.FileOf(terms.Role);

    /// <summary>Null when there is none, or none that is valid now and of this role.</summary>
    /// <exception cref="IdentityRefusedException">The file cannot be read.</exception>
    public Identity? Read()
    {
        try
        {
            if (PrivateFiles.TryRead(_path) is not { } pem) return null;
            var identity = Identity.FromPem(pem);
            if (identity.Role == terms.Role && identity.NotBefore <= time.GetUtcNow() && time.GetUtcNow() < identity.NotAfter) return identity;
            IdentityLog.Outdated(logger, _path, identity.Role, identity.NotAfter);
            return null;
        }
        catch (CryptographicException e)
        {
            IdentityLog.Damaged(logger, _path, e.Message);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IdentityRefusedException(e.Message, e);
        }
    }

    /// <summary>A file that cannot be written costs a token at the next start, and nothing now.</summary>
    public void Write(Identity identity)
    {
        try
        {
            if (Path.GetDirectoryName(_path) is { } folder) PrivateFiles.PrepareFolder(folder);
            PrivateFiles.Replace(_path, identity.ToPem());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            IdentityLog.NotWritten(logger, _path, e.Message);
        }
    }
}
