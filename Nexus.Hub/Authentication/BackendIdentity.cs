using Nexus.Protocol.Backend;
using Nexus.Protocol.Naming;

namespace Nexus.Hub.Authentication;

/// <summary>What a backend has proved that it may serve.</summary>
internal sealed class BackendIdentity(ClaimSet granted)
{
    public ClaimSet Granted { get; } = granted;

    public IReadOnlyList<RouteKey> Routes { get; } = [.. granted.RouteKeys];

    public int Weight => Granted.Weight;
}
