using System.Net;
using Microsoft.Extensions.Options;

namespace Nexus.Hub.Outbound;

/// <summary>
/// Which addresses backends may dial. Looks at the address that is about to be dialled, never at a name: what a name means
/// is its owner's to change between two look-ups.
/// </summary>
internal sealed class DestinationRules(IOptions<OutboundOptions> options, OwnAddresses own)
{
    private readonly IPNetwork[] _denied = Parse(options.Value.DeniedNetworks);
    private readonly IPNetwork[] _allowed = Parse(options.Value.AllowedNetworks);

    public bool IsAllowed(IPAddress address)
    {
        var plain = EmbeddedAddress.Plain(address);
        return IsFormAllowed(plain) && (EmbeddedAddress.Find(plain) is not { } inside || IsFormAllowed(inside));
    }

    private bool IsFormAllowed(IPAddress address)
    {
        if (Array.Exists(_denied, network => network.Contains(address))) return false;
        return Array.Exists(_allowed, network => network.Contains(address)) || !(SpecialNetworks.Contain(address) || own.Contain(address));
    }

    private static IPNetwork[] Parse(IEnumerable<string> texts) =>
        [.. texts.Select(text => NetworkText.TryParse(text, out var network) ? network : throw new ArgumentException($"\"{text}\" is not a network."))];
}
