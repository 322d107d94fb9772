namespace Nexus.Mesh.Directory;

/// <summary>A hub of this region that serves a key, and how.</summary>
internal readonly record struct LocalRoute(HubTarget Target, RouteTerms Terms);
