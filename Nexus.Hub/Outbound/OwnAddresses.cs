using System.Collections.Frozen;
using System.Net;
using System.Net.NetworkInformation;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Nexus.Hub.Networks;

namespace Nexus.Hub.Outbound;

/// <summary>The addresses of this machine and of the hub's listeners. Interfaces come and go, so they are read again every few seconds.</summary>
internal sealed class OwnAddresses(IServer server, TimeProvider time)
{
    private static readonly TimeSpan s_fresh = TimeSpan.FromSeconds(5);
    private readonly Lock _lock = new();
    private FrozenSet<IPAddress>? _known;
    private long _read;

    /// <summary>Whether the plain address is one of them.</summary>
    public bool Contain(IPAddress address)
    {
        lock (_lock)
        {
            if (_known is null || time.GetElapsedTime(_read) >= s_fresh)
            {
                _known = OfInterfaces().Concat(OfListeners()).Select(PublicAddress.Unwrap).ToFrozenSet();
                _read = time.GetTimestamp();
            }

            return _known.Contains(address);
        }
    }

    private static IEnumerable<IPAddress> OfInterfaces() =>
        NetworkInterface.GetAllNetworkInterfaces().SelectMany(card => card.GetIPProperties().UnicastAddresses).Select(unicast => unicast.Address);

    private IEnumerable<IPAddress> OfListeners()
    {
        foreach (var text in server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [])
        {
            if (Uri.TryCreate(text, UriKind.Absolute, out var url) && IPAddress.TryParse(url.Host, out var address)) yield return address;
        }
    }
}
