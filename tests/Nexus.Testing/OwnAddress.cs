using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Xunit;

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

    /// <summary>Skips the running test when the machine has none.</summary>
    public static IPAddress SkipUnlessPresent()
    {
        var address = Find();
        Assert.SkipUnless(address is not null, "The machine has no address but loopback.");
        return address ?? IPAddress.None;
    }
}
