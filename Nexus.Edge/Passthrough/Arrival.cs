using System.Net;

namespace Nexus.Edge.Passthrough;

/// <summary>A connection as the listener hands it over.</summary>
/// <param name="Addresses">Who opened it, and where.</param>
/// <param name="IsClaimOnly">Whether names do not count on that port.</param>
/// <param name="TryCharge">Null unless a load balancer opened it: charges it to the user for whom it stands; false when that one has too many.</param>
internal sealed record Arrival(RelayAddresses Addresses, bool IsClaimOnly = false, Func<IPAddress, bool>? TryCharge = null);
