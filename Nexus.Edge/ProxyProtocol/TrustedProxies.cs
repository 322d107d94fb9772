using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.Options;
using Nexus.ServiceDefaults;

namespace Nexus.Edge.ProxyProtocol;

/// <summary>Who may say that a connection is somebody else's.</summary>
internal sealed class TrustedProxies(IOptions<ProxyProtocolOptions> options)
{
    private readonly ImmutableArray<IPNetwork> _networks = [.. NetworkText.Parse(options.Value.TrustedNetworks)];

    /// <summary>Whether a connection without a header is taken too.</summary>
    public bool IsHeaderOptional => options.Value.Optional;

    public int MaxHeaderBytes => options.Value.MaxHeaderBytes;

    public TimeSpan HeaderTimeout => options.Value.HeaderTimeout;

    /// <param name="peer">Who opened the connection; not IPv4-mapped.</param>
    /// <param name="port">The edge's port.</param>
    public bool Include(IPAddress peer, int port)
    {
        if (_networks.IsEmpty || (options.Value.Ports.Count > 0 && !options.Value.Ports.Contains(port))) return false;
        foreach (var network in _networks)
        {
            if (network.Contains(peer)) return true;
        }
        return false;
    }
}
