using System.Net;
using Microsoft.Extensions.Options;
using Nexus.Hub.Networks;
using Nexus.ServiceDefaults;

namespace Nexus.Hub.Outbound;

/// <summary>
/// Which addresses backends may dial. Looks at the address that is about to be dialled, never at a name: what a name means
/// is its owner's to change between two look-ups.
/// </summary>
internal sealed class DestinationRules(IOptions<OutboundOptions> options, OwnAddresses own)
{
    private readonly IPNetwork[] _denied = [.. NetworkText.Parse(options.Value.DeniedNetworks)];
    private readonly IPNetwork[] _allowed = [.. NetworkText.Parse(options.Value.AllowedNetworks)];

    /// <summary>Mapped and translated IPv4 addresses are judged by the address inside, which is the one that is reached.</summary>
    public bool IsAllowed(IPAddress address)
    {
        var plain = PublicAddress.Unwrap(address);
        if (IsIn(_denied, plain) || IsIn(_denied, address)) return false;
        return IsIn(_allowed, plain) || (PublicAddress.IsPublic(plain) && !own.Contain(plain));
    }

    private static bool IsIn(IPNetwork[] networks, IPAddress address) => Array.Exists(networks, network => network.Contains(address));
}
