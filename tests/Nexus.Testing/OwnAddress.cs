using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Nexus.Testing;

/// <summary>An address of this machine that is not loopback: whoever calls it looks like somebody from elsewhere.</summary>
public static class OwnAddress
{
    /// <summary>Null when the machine has none.</summary>
    public static IPAddress? Find() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(card => card.OperationalStatus == OperationalStatus.Up)
        .SelectMany(card => card.GetIPProperties().UnicastAddresses)
        .Select(unicast => unicast.Address)
        .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address));
}
