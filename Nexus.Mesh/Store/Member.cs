namespace Nexus.Mesh.Store;

/// <summary>A mesh process.</summary>
/// <param name="NodeId">Unique per process start.</param>
/// <param name="Region">Whose routes it has.</param>
/// <param name="PeerAddress">Where meshes of other regions reach it, e.g. <c>wss://mesh.example.com:8444/mesh</c>; null: nowhere.</param>
/// <param name="Version">Of the program.</param>
/// <param name="Started">When the process did.</param>
internal sealed record Member(string NodeId, string Region, string? PeerAddress, string Version, DateTimeOffset Started);
