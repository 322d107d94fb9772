using Microsoft.Extensions.Options;

namespace Nexus.Mesh.Configuration;

/// <summary>What other meshes know this process by.</summary>
internal sealed class MeshIdentity(IOptions<MeshOptions> options, TimeProvider time)
{
    /// <summary>Unique per process start.</summary>
    public string NodeId { get; } = $"{Environment.MachineName}-{Guid.NewGuid():n}";

    public string Region => options.Value.Region;

    public string Version { get; } = typeof(MeshIdentity).Assembly.GetName().Version?.ToString(3) ?? "";

    public DateTimeOffset Started { get; } = time.GetUtcNow();
}
