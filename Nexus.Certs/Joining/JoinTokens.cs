using System.Globalization;
using Microsoft.Extensions.Options;
using Nexus.Certs.Storage;
using Nexus.Identities;

namespace Nexus.Certs.Joining;

/// <summary>
/// Tokens that were made and not used yet: each is kept under the digest of the secret, so that whoever reads the folder has no token. Who
/// may write there may let processes in; nobody else can.
/// </summary>
internal sealed class JoinTokens(ISecretTexts texts, ServiceAuthority authority, IOptions<JoiningOptions> options, TimeProvider time)
{
    private const string Prefix = "join-";

    /// <exception cref="OptionsValidationException">The store cannot be used.</exception>
    /// <exception cref="IOException">The store cannot be written.</exception>
    public async Task<(JoinToken Token, DateTimeOffset End)> CreateAsync(ServiceRole role, CancellationToken cancellationToken)
    {
        var token = JoinToken.Create(role, await authority.GetRootAsync(cancellationToken));
        var end = time.GetUtcNow() + options.Value.TokenLifetime;
        await RemoveOldAsync(cancellationToken);
        var text = string.Create(CultureInfo.InvariantCulture, $"{role.ToWord()} {end.ToUnixTimeSeconds()}");
        await texts.TryCreateAsync(Prefix + JoinToken.NameOf(token.Secret), text, options.Value.TokenLifetime, cancellationToken);
        return (token, end);
    }

    /// <summary>Why it is not accepted; null when it was, which it is once. One that was shown for another role is of no use afterwards.</summary>
    /// <exception cref="IOException">The store cannot be used.</exception>
    public async Task<string?> UseAsync(string secret, ServiceRole role, CancellationToken cancellationToken)
    {
        if (await texts.TryTakeAsync(Prefix + JoinToken.NameOf(secret), cancellationToken) is not { } text || Parse(text) is not { } token) return "The token is unknown, or was used.";
        if (token.End <= time.GetUtcNow()) return "The token has expired.";
        return token.Role == role ? null : "The token is for a service of another kind.";
    }

    private static (ServiceRole Role, DateTimeOffset End)? Parse(string text) =>
        text.Split(' ') is [var word, var seconds] && ServiceRoles.TryParse(word, out var role) && long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var end)
            ? (role, DateTimeOffset.FromUnixTimeSeconds(end))
            : null;

    private async Task RemoveOldAsync(CancellationToken cancellationToken)
    {
        foreach (var name in texts.FindLasting(Prefix))
        {
            if (await texts.TryReadAsync(name, cancellationToken) is { } text && Parse(text) is { } token && token.End <= time.GetUtcNow()) await texts.TryTakeAsync(name, cancellationToken);
        }
    }
}
