using Nexus.Protocol.Multiplexing;

namespace Nexus.Mesh.Peering.Tunnels;

/// <summary>What all tunnels of this mesh share.</summary>
/// <param name="Limits">How long one may stand still.</param>
/// <param name="Memory">What they may hold together for those who read slowly.</param>
/// <param name="Time">The clock.</param>
internal sealed record TunnelTerms(StreamLimits Limits, ReceiveBudget Memory, TimeProvider Time);
