using System.Collections.Frozen;
using System.ComponentModel.DataAnnotations;
using System.Text;
using Nexus.Protocol.Backend;

namespace Nexus.Hub.Authentication;

/// <summary>Whom the hub believes, and what backends may claim.</summary>
internal sealed class AuthenticationOptions : IValidatableObject
{
    public const string SectionName = "Nexus:Hub:Authentication";

    /// <summary>The shared secret of the tokens, its UTF-8 bytes as they are (spec/node.md §1.4).</summary>
    public string? Secret { get; set; }

    /// <summary>More secrets that are accepted, so that one can be replaced without cutting off anybody.</summary>
    public IList<string> Secrets { get; } = [];

    /// <summary>TCP relay ports that may be claimed; none by default.</summary>
    public IList<int> AllowedTcpPortClaims { get; } = [];

    /// <summary>UDP relay ports that may be claimed; none by default.</summary>
    public IList<int> AllowedUdpPortClaims { get; } = [];

    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")] public TimeSpan UdpFlowIdleTimeoutDefault { get; set; } = TimeSpan.FromSeconds(30);
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")] public TimeSpan UdpFlowIdleTimeoutMin { get; set; } = TimeSpan.FromSeconds(5);
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")] public TimeSpan UdpFlowIdleTimeoutMax { get; set; } = TimeSpan.FromSeconds(300);

    /// <summary>Whether a token may carry the right to dial out through the hub.</summary>
    public bool AllowOutbound { get; set; }

    /// <summary>Ports that may be dialled; empty: all.</summary>
    public IList<int> AllowedOutboundPorts { get; } = [];

    public IReadOnlyList<ReadOnlyMemory<byte>> Keys =>
        [.. AllSecrets.Select(secret => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(secret))];

    public ClaimPolicy Policy => new()
    {
        AllowedTcpPorts = AllowedTcpPortClaims.ToFrozenSet(),
        AllowedUdpPorts = AllowedUdpPortClaims.ToFrozenSet(),
        UdpIdleDefault = UdpFlowIdleTimeoutDefault,
        UdpIdleMin = UdpFlowIdleTimeoutMin,
        UdpIdleMax = UdpFlowIdleTimeoutMax,
        AllowOutbound = AllowOutbound,
        AllowedOutboundPorts = AllowedOutboundPorts.ToFrozenSet(),
    };

    private IEnumerable<string> AllSecrets => Secret is { } secret ? Secrets.Prepend(secret) : Secrets;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!AllSecrets.Any()) yield return new("a shared secret is needed.", [nameof(Secret)]);
        if (AllSecrets.Any(string.IsNullOrEmpty)) yield return new("a secret is empty.", [nameof(Secrets)]);
        if (UdpFlowIdleTimeoutMax < UdpFlowIdleTimeoutMin)
        {
            yield return new($"must not be below {nameof(UdpFlowIdleTimeoutMin)}.", [nameof(UdpFlowIdleTimeoutMax)]);
        }

        foreach (var port in AllowedTcpPortClaims.Concat(AllowedUdpPortClaims).Concat(AllowedOutboundPorts).Where(port => port is < 1 or > 65_535))
        {
            yield return new($"{port} is not a port (1 to 65535).");
        }
    }
}
