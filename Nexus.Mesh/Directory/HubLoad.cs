namespace Nexus.Mesh.Directory;

/// <summary>What a hub said of itself with its last heartbeat.</summary>
/// <param name="Sessions">Backends.</param>
/// <param name="Streams">Users.</param>
internal sealed record HubLoad(uint Sessions, uint Streams)
{
    public static HubLoad None { get; } = new(0, 0);
}
