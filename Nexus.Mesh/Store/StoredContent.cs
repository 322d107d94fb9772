using Nexus.Mesh.Directory;
using Nexus.Protocol.Naming;

namespace Nexus.Mesh.Store;

/// <summary>An announcement as it was read whole.</summary>
/// <param name="Id">Whose.</param>
/// <param name="Head">Before the routes were read.</param>
/// <param name="Routes">What has changed meanwhile is in it, or not.</param>
/// <param name="Lifetime">How long it lives unless it is renewed.</param>
internal sealed record StoredContent(AnnouncementId Id, StoredAnnouncement Head, Dictionary<RouteKey, RouteTerms> Routes, TimeSpan Lifetime);
