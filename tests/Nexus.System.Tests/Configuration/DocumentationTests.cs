using Nexus.Certs.Configuration;
using Nexus.Edge.Configuration;
using Nexus.Hub.Configuration;
using Nexus.Mesh.Configuration;
using Nexus.ServiceDefaults.NodeConfiguration;
using Nexus.Testing;

namespace Nexus.SystemTests.Configuration;

/// <summary>docs/configuration.md says of every key what the code does with it.</summary>
public sealed class DocumentationTests
{
    private static readonly NodeKeyMap[] s_maps = [EdgeKeys.Map, HubKeys.Map, MeshKeys.Map, CertsKeys.Map];

    [Fact]
    public void Table_IsWhatTheCodeSays()
    {
        var table = File.ReadLines(RepositoryRoot.PathOf("docs", "configuration.md")).Where(line => line.StartsWith("| `", StringComparison.Ordinal)).ToArray();
        Assert.Equal(NodeSchema.Keys.Select(Row), table);
    }

    [Fact]
    public void EveryKey_IsTakenByAService() => Assert.All(NodeSchema.Keys, key => Assert.Contains(s_maps, map => map.Uses.Any(use => use.Key == key.Name)));

    [Fact]
    public void EveryUse_IsOfAKnownKey() => Assert.All(
        s_maps.SelectMany(map => map.Uses.Select(use => use.Key).Concat(map.Requirements.SelectMany(requirement => requirement.AnyOf))),
        key => Assert.NotNull(NodeSchema.Find(key)));

    private static string Row(NodeKey key)
    {
        var uses = s_maps.SelectMany(map => map.Uses.Where(use => use.Key == key.Name).Select(use => (map.Service, use))).ToArray();
        var kind = key.Kind switch
        {
            NodeKeyKind.Seconds => "seconds",
            NodeKeyKind.Number => "number",
            NodeKeyKind.Ports => "list of ports",
            NodeKeyKind.Texts => "list of texts",
            NodeKeyKind.Secrets => "list of secrets",
            _ => key.Kind.ToString().ToUpperInvariant() is "URL" ? "URL" : char.ToLowerInvariant(key.Kind.ToString()[0]) + key.Kind.ToString()[1..],
        };
        var effect = uses.All(use => use.use.IsReloadable) ? "at once" : "restart";
        var services = string.Join(", ", uses.Select(use => use.Service).Distinct());
        return $"| `{key.Name}` | {key.Meaning} | {kind} | {key.Range} | {key.Default} | {effect} | {services} |";
    }
}
