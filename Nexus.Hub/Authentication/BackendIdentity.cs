using Nexus.Protocol.Backend;
using Nexus.Protocol.Naming;

namespace Nexus.Hub.Authentication;

/// <summary>What a backend has proved that it may serve.</summary>
/// <param name="granted">Its claims.</param>
/// <param name="owner">The token's <c>sub</c>; tokens without one have the same owner.</param>
internal sealed class BackendIdentity(ClaimSet granted, string? owner = null)
{
    public ClaimSet Granted { get; } = granted;

    public string Owner { get; } = owner ?? "";

    public IReadOnlyList<RouteKey> Routes { get; } = [.. granted.RouteKeys];

    /// <summary>The same in all sessions of a backend: another session is no way to another share of what backends share.</summary>
    public string SharesAs => $"{Owner} {(Routes.Count > 0 ? Routes[0].ToWireText() : "")}";

    public int Weight => Granted.Weight;
}
