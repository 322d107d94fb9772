using System.Net;
using System.Text;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Naming;
using Nexus.ServiceDefaults;

namespace Nexus.Hub.Authentication;

/// <summary>The options as they are at one moment, made ready for use.</summary>
internal sealed class AuthenticationSettings(AuthenticationOptions options)
{
    public AuthenticationOptions Options => options;

    public IReadOnlyList<HmacTokenKey> Secrets { get; } =
    [
        .. (options.Secret is { } secret ? options.Secrets.Prepend(secret) : options.Secrets).Select(text => new HmacTokenKey(Encoding.UTF8.GetBytes(text))),
        .. options.SecretsById.Select(entry => new HmacTokenKey(Encoding.UTF8.GetBytes(entry.Value), entry.Key)),
    ];

    public ClaimPolicy Policy { get; } = options.Policy;

    public IReadOnlyList<IPNetwork> StatusNetworks { get; } = [.. NetworkText.Parse(options.StatusAllowedNetworks)];

    public bool HasKeySet => options.JwksFile is not null || options.JwksUrl is not null;

    public TimeSpan? MaxTokenLifetime => options.MaxTokenLifetime > TimeSpan.Zero ? options.MaxTokenLifetime : null;

    /// <summary>Whether the owner of a token may have these routes.</summary>
    public OwnershipRefusal CheckOwnership(string? subject, string? keyId, IEnumerable<RouteKey> routes)
    {
        if (options.Ownership.Count == 0) return OwnershipRefusal.None;
        List<OwnershipRule> rules = [.. options.Ownership.Where(rule => rule.Matches(subject, keyId))];
        if (rules.Count == 0) return OwnershipRefusal.UnknownOwner;
        return routes.All(key => rules.Exists(rule => rule.Allows(key))) ? OwnershipRefusal.None : OwnershipRefusal.NotItsOwn;
    }
}
