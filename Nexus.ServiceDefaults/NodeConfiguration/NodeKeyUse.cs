namespace Nexus.ServiceDefaults.NodeConfiguration;

/// <summary>A service takes a key of the node's <c>config.yaml</c>.</summary>
/// <param name="Key">The key's path in the file.</param>
/// <param name="Option">The option of the service that it sets, e.g. <c>Nexus:Edge:Passthrough:IdleTimeout</c>.</param>
public sealed record NodeKeyUse(string Key, string Option)
{
    /// <summary>Whether a change takes effect while the service runs; otherwise with its next start.</summary>
    public bool IsReloadable { get; init; }

    /// <summary>Why the key has no effect in this version; null when it has.</summary>
    public string? WithoutEffect { get; init; }
}
