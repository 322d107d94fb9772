using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Nexus.Protocol.ProxyProtocol;
using Nexus.ServiceDefaults;

namespace Nexus.Edge.ProxyProtocol;

/// <summary>Load balancers in front of the edge that say whose connection they pass on (PROXY protocol 1 and 2).</summary>
internal sealed class ProxyProtocolOptions : IValidatableObject
{
    public const string SectionName = "Nexus:Edge:ProxyProtocol";

    /// <summary>Addresses, or networks in CIDR form, of the load balancers. From anybody else a header is no header but the user's own first bytes. Empty: the feature is off.</summary>
    public IList<string> TrustedNetworks { get; } = [];

    /// <summary>The ports on which the load balancers send headers; empty for all of them, port 80 included.</summary>
    public IList<int> Ports { get; } = [];

    /// <summary>
    /// Whether a connection from a load balancer may come without a header, and is then the load balancer's own. False is safer:
    /// users that reach the balancer's address in another way could write a header of their own.
    /// </summary>
    public bool Optional { get; set; }

    /// <summary>The longest header that is taken. 536 bytes are what every receiver must take; TLS certificates in it may need more.</summary>
    [Range(ProxyHeader.MaxLengthV1, 4_096)] public int MaxHeaderBytes { get; set; } = ProxyHeader.DefaultMaxLength;

    /// <summary>How long a load balancer may take for its header on port 80; on relay ports the times of peeking hold.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")] public TimeSpan HeaderTimeout { get; set; } = TimeSpan.FromSeconds(5);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var text in TrustedNetworks)
        {
            if (!NetworkText.TryParse(text, out _)) yield return new($"has \"{text}\", which is neither an address nor a network.", [nameof(TrustedNetworks)]);
        }
        if (Ports.Any(port => port is < 0 or > ushort.MaxValue)) yield return new("ports are 0 to 65535.", [nameof(Ports)]);
    }
}

[OptionsValidator]
internal sealed partial class ProxyProtocolOptionsValidator : IValidateOptions<ProxyProtocolOptions>;
