namespace Nexus.Mesh.Directory;

/// <summary>A hub process: where streams for its routes can be opened.</summary>
internal sealed record HubTarget(string Id, string StreamAddress, string Region, string HandOverPath = "");
