namespace Nexus.ServiceDefaults.NodeConfiguration;

/// <summary>What a service takes from the node's <c>config.yaml</c>. Everything else in the file is none of its business, but must be valid.</summary>
public sealed class NodeKeyMap
{
    /// <summary>The service, e.g. <c>edge</c>.</summary>
    public required string Service { get; init; }

    /// <summary>The keys that it takes; one key may set several options.</summary>
    public required IReadOnlyList<NodeKeyUse> Uses { get; init; }

    /// <summary>What the file must say for this service to start.</summary>
    public IReadOnlyList<NodeRequirement> Requirements { get; init; } = [];

    /// <summary>Settings of a node whose services run side by side on one machine; everything overrides them.</summary>
    public IReadOnlyDictionary<string, string?> Defaults { get; init; } = new Dictionary<string, string?>();

    internal bool IsUsed(string key) => Uses.Any(use => use.Key == key);
}
