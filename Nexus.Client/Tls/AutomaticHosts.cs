using Nexus.Client.LocalRouting;
using Nexus.Protocol.Naming;

namespace Nexus.Client.Tls;

/// <summary>The host names for which a backend needs certificates of its own: the concrete ones that lead to a target with <see cref="NexusTlsMode.Auto"/>.</summary>
internal static class AutomaticHosts
{
    /// <summary>Those of all ports, normalised; names that are claimed, or named as targets within a claimed wildcard.</summary>
    public static IReadOnlyList<string> Of(NexusBackendOptions options) =>
        [.. options.PortMappings.Values.SelectMany(mapping => OfDefault(options.Hostnames, mapping).Concat(OfHosts(options.Hostnames, mapping))).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>The concrete names that lead to the default of a mapping, when that is automatic.</summary>
    public static IEnumerable<string> OfDefault(IEnumerable<string> claims, NexusPortMapping mapping) =>
        mapping.DefaultTls.Mode == NexusTlsMode.Auto ? ClaimsOfDefault(claims, mapping).Where(claim => !claim.StartsWith('*')) : [];

    /// <summary>The claims, wildcards too, whose users no entry of the hosts takes.</summary>
    public static IEnumerable<string> ClaimsOfDefault(IEnumerable<string> claims, NexusPortMapping mapping)
    {
        var patterns = mapping.Hosts.Keys.Select(key => HostPattern.TryParse(key, out var pattern) ? pattern : default).Where(pattern => pattern.Name is { Length: > 0 }).ToArray();
        return claims.Select(HostName.Normalize).Where(claim => claim.Length > 0 && !patterns.Any(pattern => Takes(pattern, claim)));
    }

    /// <summary>Whether users can ask for the exact name of <paramref name="pattern"/>.</summary>
    public static bool IsClaimed(IEnumerable<string> claims, HostPattern pattern) => claims.Select(HostName.Normalize)
        .Any(claim => claim == pattern.Name || (claim.StartsWith("*.", StringComparison.Ordinal) && new HostPattern(true, claim[1..]).Matches(pattern.Name)));

    private static IEnumerable<string> OfHosts(IList<string> claims, NexusPortMapping mapping) => mapping.HostTls
        .Where(host => host.Value.Mode == NexusTlsMode.Auto && mapping.Hosts.ContainsKey(host.Key))
        .Select(host => HostPattern.TryParse(host.Key, out var pattern) ? pattern : default)
        .Where(pattern => pattern is { IsWildcard: false, Name.Length: > 0 } && IsClaimed(claims, pattern))
        .Select(pattern => pattern.Name);

    private static bool Takes(HostPattern pattern, string claim) => claim.StartsWith('*') ? pattern.IsWildcard && claim[1..] == pattern.Name : pattern.Matches(claim);
}
