using System.ComponentModel.DataAnnotations;
using Nexus.ServiceDefaults;

namespace Nexus.Hub.Outbound;

/// <summary>What backends may dial through the hub. Whether they may at all, and which ports, belongs to their authentication.</summary>
internal sealed class OutboundOptions : IValidatableObject
{
    public const string SectionName = "Nexus:Hub:Outbound";

    private const int DefaultMaxConnections = 100;
    private static readonly TimeSpan s_defaultDialTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Connections of one backend, those being dialled included; -1: as many as it may have streams; 0: the default.</summary>
    [Range(-1, 1_000_000)] public int MaxConnectionsPerBackend { get; set; } = DefaultMaxConnections;

    /// <summary>From the request to the established connection, looking up the name included. Clients give up after 15 s. Zero: the default.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")] public TimeSpan DialTimeout { get; set; } = s_defaultDialTimeout;

    /// <summary>A connection on which nothing moves in either direction for so long ends; zero: never, as in the original.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")] public TimeSpan IdleTimeout { get; set; } = TimeSpan.Zero;

    /// <summary>
    /// Networks (10.0.0.0/8, 2001:db8::1) that are never dialled, besides those that are denied anyway: everything private or
    /// special, and the hub's own addresses. Name the public address here that a router maps to this machine: the hub cannot see it.
    /// </summary>
    public IList<string> DeniedNetworks { get; } = [];

    /// <summary>Networks that may be dialled although they are private, special or the hub's own. A denied network stays denied.</summary>
    public IList<string> AllowedNetworks { get; } = [];

    /// <summary>The limit in force; null: none.</summary>
    public int? ConnectionLimit => MaxConnectionsPerBackend switch { < 0 => null, 0 => DefaultMaxConnections, var limit => limit };

    /// <summary>The time in force.</summary>
    public TimeSpan DialLimit => DialTimeout > TimeSpan.Zero ? DialTimeout : s_defaultDialTimeout;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var text in DeniedNetworks.Where(text => !NetworkText.TryParse(text, out _))) yield return Wrong(text, nameof(DeniedNetworks));
        foreach (var text in AllowedNetworks.Where(text => !NetworkText.TryParse(text, out _))) yield return Wrong(text, nameof(AllowedNetworks));
    }

    private static ValidationResult Wrong(string text, string key) =>
        new($"{key}: \"{text}\" is neither an address nor a network, like 10.0.0.0/8 or 2001:db8::/32.", [key]);
}
