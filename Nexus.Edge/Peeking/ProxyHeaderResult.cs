using Nexus.Protocol.ProxyProtocol;

namespace Nexus.Edge.Peeking;

/// <param name="End">How the reading ended.</param>
/// <param name="Status">The verdict, when it ended with <see cref="PeekEnd.Decided"/>.</param>
/// <param name="Addresses">Whose connection it is, when a header was found and says so.</param>
internal readonly record struct ProxyHeaderResult(PeekEnd End, ProxyHeaderStatus Status, ProxyAddresses Addresses);
