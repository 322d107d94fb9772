using System.Net.NetworkInformation;

namespace Nexus.Client.Sessions;

/// <summary>Tells when this machine's network is back, or is another one.</summary>
internal sealed class NetworkWatch(Action returned)
{
    public void Start()
    {
        NetworkChange.NetworkAvailabilityChanged += OnAvailability;
        NetworkChange.NetworkAddressChanged += OnAddress;
    }

    /// <summary>Does no harm when it was not started.</summary>
    public void Stop()
    {
        NetworkChange.NetworkAvailabilityChanged -= OnAvailability;
        NetworkChange.NetworkAddressChanged -= OnAddress;
    }

    private void OnAvailability(object? sender, NetworkAvailabilityEventArgs e)
    {
        if (e.IsAvailable) returned();
    }

    private void OnAddress(object? sender, EventArgs e) => returned();
}
