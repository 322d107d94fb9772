using System.Net;

namespace Nexus.Edge.Passthrough;

/// <param name="Client">The user's address; never IPv4-mapped.</param>
/// <param name="LocalPort">The public port that the user reached.</param>
internal sealed record RelayAddresses(IPEndPoint Client, int LocalPort)
{
    /// <summary>"192.0.2.1:5000", "[2001:db8::1]:5000".</summary>
    public string ClientText => Client.ToString();

    public static RelayAddresses Of(IPEndPoint client, IPEndPoint local) =>
        new(client.Address.IsIPv4MappedToIPv6 ? new IPEndPoint(client.Address.MapToIPv4(), client.Port) : client, local.Port);
}
