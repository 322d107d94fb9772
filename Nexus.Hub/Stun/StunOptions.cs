using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Nexus.Hub.Stun;

/// <summary>The hub's answer to "what is my public address": STUN over UDP.</summary>
internal sealed class StunOptions : IValidatableObject
{
    public const string SectionName = "Nexus:Hub:Stun";

    /// <summary>UDP port; 0: no STUN.</summary>
    [Range(0, 65_535)] public int Port { get; set; }

    /// <summary>The address to listen on; empty: all, IPv4 and IPv6. Replies leave from the address that was asked.</summary>
    public string BindAddress { get; set; } = "";

    /// <summary>Answers per second, all together. A response is up to 2.6 times its request (with IP headers 1.7 times): this bounds what forged senders can be hit with.</summary>
    [Range(1, 1_000_000)] public int MaxPerSecond { get; set; } = 1_000;

    /// <summary>The same for one address (one /64 for IPv6). A client asks a few times when it starts; many may share one NAT.</summary>
    [Range(1, 1_000_000)] public int MaxPerSourcePerSecond { get; set; } = 20;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (BindAddress.Length > 0 && !IPAddress.TryParse(BindAddress, out _))
        {
            yield return new($"{nameof(BindAddress)} must be an IP address, or empty for all.", [nameof(BindAddress)]);
        }
    }
}
