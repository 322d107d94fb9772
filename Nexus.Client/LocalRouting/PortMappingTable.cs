using System.Collections.Frozen;
using Nexus.Client.Tls;

namespace Nexus.Client.LocalRouting;

/// <summary>The port mappings of one backend, ready for look-ups: exact name, then wildcard, then default; never another port.</summary>
internal sealed class PortMappingTable
{
    private readonly FrozenDictionary<int, Port> _ports;

    private PortMappingTable(FrozenDictionary<int, Port> ports) => _ports = ports;

    /// <summary>Takes mappings that were validated before.</summary>
    /// <param name="mappings">By port.</param>
    /// <param name="certificates">Finds the certificates for the targets where TLS ends here.</param>
    public static PortMappingTable Create(IDictionary<int, NexusPortMapping> mappings, Func<NexusTargetTls, IServerCertificates?> certificates) =>
        new(mappings.ToFrozenDictionary(mapping => mapping.Key, mapping => Port.Create(mapping.Value, certificates)));

    /// <param name="port">Public port of the hub.</param>
    /// <param name="hostname">Normalised host name, or the route key of a port claim (<c>tcp:53</c>).</param>
    public MappedTarget? Find(int port, string hostname) => _ports.TryGetValue(port, out var found) ? found.Find(hostname) : null;

    private sealed record Port(FrozenDictionary<string, MappedTarget> Exact, FrozenDictionary<string, MappedTarget> Wildcards, MappedTarget? Default)
    {
        public static Port Create(NexusPortMapping mapping, Func<NexusTargetTls, IServerCertificates?> certificates)
        {
            var exact = new Dictionary<string, MappedTarget>();
            var wildcards = new Dictionary<string, MappedTarget>();
            foreach (var (pattern, text) in mapping.Hosts)
            {
                if (!HostPattern.TryParse(pattern, out var host) || !LocalTarget.TryParse(text, out var target)) continue;
                var protocol = mapping.HostProxyProtocols.TryGetValue(pattern, out var own) ? own : mapping.ProxyProtocol;
                (host.IsWildcard ? wildcards : exact)[host.Name] = new(target, protocol, mapping.HostTls.TryGetValue(pattern, out var tls) ? certificates(tls) : null);
            }

            MappedTarget? ofOthers = LocalTarget.TryParse(mapping.Default, out var fallback) ? new(fallback, mapping.ProxyProtocol, certificates(mapping.DefaultTls)) : null;
            return new(exact.ToFrozenDictionary(), wildcards.ToFrozenDictionary(), ofOthers);
        }

        public MappedTarget? Find(string hostname)
        {
            if (Exact.TryGetValue(hostname, out var target)) return target;
            var dot = hostname.IndexOf('.', StringComparison.Ordinal);
            return dot > 0 && Wildcards.TryGetValue(hostname[dot..], out target) ? target : Default;
        }
    }
}
