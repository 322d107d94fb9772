namespace Nexus.Client;

/// <summary>Local targets of one public port: an exact host name wins over a wildcard, that over the default.</summary>
public sealed class NexusPortMapping
{
    /// <summary>Target (<c>host:port</c>, <c>[v6]:port</c>) for host names that no entry of <see cref="Hosts"/> matches; blank for none.</summary>
    public string Default { get; set; } = "";

    /// <summary>Targets by host name or by <c>*.example.com</c>, which stands for exactly one label.</summary>
    public IDictionary<string, string> Hosts { get; set; } = new Dictionary<string, string>();

    /// <summary>
    /// How TCP targets are told who the user is. Not known to the original's clients: a file that they share must not have the key.
    /// UDP targets are not told.
    /// </summary>
    public NexusProxyProtocol ProxyProtocol { get; set; }

    /// <summary>What differs from <see cref="ProxyProtocol"/>, by the keys of <see cref="Hosts"/>.</summary>
    public IDictionary<string, NexusProxyProtocol> HostProxyProtocols { get; set; } = new Dictionary<string, NexusProxyProtocol>();

    /// <summary>Where the TLS of the users of <see cref="Default"/> ends. In YAML: <c>default: {target: "localhost:3000", tls: auto}</c>.</summary>
    public NexusTargetTls DefaultTls { get; set; } = new();

    /// <summary>
    /// Where the TLS of the users of <see cref="Hosts"/> ends, by its keys; those without an entry have it pass through, whatever
    /// <see cref="DefaultTls"/> says. In YAML: <c>hosts: {app.example.com: {target: "localhost:3000", tls: auto}}</c>.
    /// </summary>
    public IDictionary<string, NexusTargetTls> HostTls { get; set; } = new Dictionary<string, NexusTargetTls>();
}
