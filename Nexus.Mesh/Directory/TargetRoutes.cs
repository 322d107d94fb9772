using System.Collections.Immutable;
using Nexus.Protocol.Naming;

namespace Nexus.Mesh.Directory;

/// <summary>What one hub serves: its keys, and how it serves each.</summary>
internal sealed record TargetRoutes(HubTarget Target, ImmutableDictionary<RouteKey, RouteTerms> Routes);
