using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Nexus.Edge.Listening;

/// <summary>The relay ports and what strangers may take of them.</summary>
internal sealed class ListeningOptions : IValidatableObject
{
    public const string SectionName = "Nexus:Edge:Listening";

    /// <summary>An address of this host; empty for all of them, IPv4 and IPv6.</summary>
    public string BindAddress { get; set; } = "";

    /// <summary>Each is bound or the service does not start. 0 takes a free port.</summary>
    public IList<int> RelayPorts { get; } = [];

    /// <summary>
    /// Those of the relay ports on which names do not count: a connection goes to whoever claims the port, at once and without a
    /// look at its first bytes, so that protocols in which the server speaks first (SMTP, FTP, MySQL) work without delay. On every
    /// other port names come first and the claim is for those who name nobody. It is not derived from the claims themselves:
    /// else a backend that claims port 443 would take everybody's connections there.
    /// </summary>
    public IList<int> ClaimOnlyPorts { get; } = [];

    /// <summary>Connections that the kernel completes before we accept them; bursts of honest users need more than the usual 128.</summary>
    [Range(1, 65_535)] public int Backlog { get; set; } = 4_096;

    /// <summary>User connections open at one time over all ports, port 80 included. A socket and its relay cost about 20 KiB.</summary>
    [Range(1, 1_000_000)] public int MaxConnections { get; set; } = 50_000;

    /// <summary>The same for one client: an IPv4 address, or an IPv6 /64. Large offices share one address.</summary>
    [Range(1, 1_000_000)] public int MaxConnectionsPerClient { get; set; } = 2_000;

    /// <summary>
    /// A connection whose user has taken nothing of what it was sent for so long is closed (TCP_USER_TIMEOUT; Linux). Keep-alive
    /// does not find it: its kernel answers. While it is set, it also says how long keep-alive probes may go unanswered (tcp(7)), so
    /// it is not longer than it must be: other proxies give a reader that stands still a minute.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")] public TimeSpan StallTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>TCP keep-alive: idle time before the first probe, and between probes.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "02:00:00")] public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>What to bind; an IPv6 wildcard serves IPv4 too.</summary>
    public IPAddress Address => BindAddress.Length > 0 ? IPAddress.Parse(BindAddress) : Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any;

    public bool IsClaimOnly(int port) => ClaimOnlyPorts.Contains(port);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (BindAddress.Length > 0 && !IPAddress.TryParse(BindAddress, out _)) yield return new("is not an IP address.", [nameof(BindAddress)]);
        if (RelayPorts.Count == 0) yield return new("names no port.", [nameof(RelayPorts)]);
        if (RelayPorts.Any(port => port is < 0 or > ushort.MaxValue)) yield return new("ports are 0 to 65535.", [nameof(RelayPorts)]);
        if (RelayPorts.Where(port => port != 0).GroupBy(port => port).Any(same => same.Count() > 1)) yield return new("names a port twice.", [nameof(RelayPorts)]);
        if (ClaimOnlyPorts.Except(RelayPorts).Any()) yield return new($"names a port that is not one of {nameof(RelayPorts)}.", [nameof(ClaimOnlyPorts)]);
    }
}

[OptionsValidator]
internal sealed partial class ListeningOptionsValidator : IValidateOptions<ListeningOptions>;
