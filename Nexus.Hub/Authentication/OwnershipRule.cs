using System.ComponentModel.DataAnnotations;
using Nexus.Protocol.Naming;

namespace Nexus.Hub.Authentication;

/// <summary>What the owner of a token may claim. Rules that match the same token add up.</summary>
internal sealed class OwnershipRule
{
    public const string Anybody = "*";

    /// <summary>The token's <c>sub</c>, exactly; <c>*</c> or nothing: any, also none.</summary>
    public string? Subject { get; set; }

    /// <summary>The id of the key that signed the token (not what the token says of it); nothing: any.</summary>
    public string? KeyId { get; set; }

    /// <summary>Names; <c>*.example.com</c> for everything below that name, wildcards included; <c>*</c> for all.</summary>
    public IList<string> Hostnames { get; } = [];

    public IList<int> TcpPorts { get; } = [];

    public IList<int> UdpPorts { get; } = [];

    public bool Matches(string? subject, string? keyId) =>
        (Subject is null or Anybody || Subject == subject) && (KeyId is null || KeyId == keyId);

    public bool Allows(RouteKey key) => key.Kind switch
    {
        RouteKind.TcpPort => TcpPorts.Contains(key.Port),
        RouteKind.UdpPort => UdpPorts.Contains(key.Port),
        _ => Hostnames.Any(pattern => Covers(pattern, key.ToWireText())),
    };

    public IEnumerable<ValidationResult> Validate(string path)
    {
        if (string.IsNullOrEmpty(Subject) && string.IsNullOrEmpty(KeyId)) yield return new("needs a Subject (\"*\" for anybody) or a KeyId.", [path]);
        foreach (var pattern in Hostnames.Where(pattern => pattern != Anybody && HostName.NormalizeOrWildcard(pattern) is "" or "*."))
        {
            yield return new($"\"{pattern}\" is no name.", [$"{path}:{nameof(Hostnames)}"]);
        }
    }

    private static bool Covers(string pattern, string name)
    {
        if (pattern == Anybody) return true;
        var normal = HostName.NormalizeOrWildcard(pattern);
        return normal.StartsWith("*.", StringComparison.Ordinal) ? name.EndsWith(normal[1..], StringComparison.Ordinal) : normal == name;
    }
}
