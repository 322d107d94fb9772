using System.Net;
using Nexus.Edge.Peeking;

namespace Nexus.Edge.Datagrams;

/// <summary>Who sends: what tells one flow of a port from another.</summary>
/// <param name="Address">The user's address.</param>
/// <param name="Port">The user's port.</param>
/// <param name="Scope">Of a link-local IPv6 address; else 0.</param>
internal readonly record struct FlowKey(FlowAddress Address, ushort Port, uint Scope)
{
    public override int GetHashCode() => SecretHash.Of(Address.High, Address.Low, (ulong)Scope << 16 | Port);

    /// <summary>"192.0.2.1:5000", "[2001:db8::1]:5000".</summary>
    public override string ToString() => new IPEndPoint(Address.ToIPAddress(Scope), Port).ToString();
}
