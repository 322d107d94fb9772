using System.Globalization;
using Microsoft.Extensions.Options;
using Nexus.Certs.Storage;
using Nexus.Identities;

namespace Nexus.Certs.Joining;

/// <summary>
/// Tokens that were made and not used yet: a file each, under the digest of the secret, so that whoever reads the folder has no token. Who
/// may write there may let processes in; nobody else can.
/// </summary>
internal sealed class JoinTokens(CertificateFolder folder, ServiceAuthority authority, IOptions<JoiningOptions> options, TimeProvider time)
{
    private const string Prefix = "join-";

    /// <exception cref="OptionsValidationException">The folder cannot be used.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public (JoinToken Token, DateTimeOffset End) Create(ServiceRole role)
    {
        var token = JoinToken.Create(role, authority.Root);
        var end = time.GetUtcNow() + options.Value.TokenLifetime;
        RemoveOld();
        folder.TryCreate(Prefix + JoinToken.NameOf(token.Secret), string.Create(CultureInfo.InvariantCulture, $"{role.ToWord()} {end.ToUnixTimeSeconds()}"));
        return (token, end);
    }

    /// <summary>Why it is not accepted; null when it was, which it is once. One that was shown for another role is of no use afterwards.</summary>
    public string? Use(string secret, ServiceRole role)
    {
        if (folder.TryTake(Prefix + JoinToken.NameOf(secret)) is not { } text || Parse(text) is not { } token) return "The token is unknown, or was used.";
        if (token.End <= time.GetUtcNow()) return "The token has expired.";
        return token.Role == role ? null : "The token is for a service of another kind.";
    }

    private static (ServiceRole Role, DateTimeOffset End)? Parse(string text) =>
        text.Split(' ') is [var word, var seconds] && ServiceRoles.TryParse(word, out var role) && long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var end)
            ? (role, DateTimeOffset.FromUnixTimeSeconds(end))
            : null;

    private void RemoveOld()
    {
        foreach (var name in folder.Find(Prefix).ToList())
        {
            if (folder.TryRead(name) is { } text && Parse(text) is { } token && token.End <= time.GetUtcNow()) folder.TryTake(name);
        }
    }
}
