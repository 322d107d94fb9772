using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Nexus.Edge.Datagrams;

/// <summary>The UDP relay ports and what strangers may take of them. They are bound to the same address as the TCP ones.</summary>
internal sealed class DatagramsOptions : IValidatableObject
{
    public const string SectionName = "Nexus:Edge:Datagrams";

    /// <summary>Each is bound or the service does not start. 0 takes a free port.</summary>
    public IList<int> Ports { get; } = [];

    /// <summary>Flows of one port. A flow costs about half a KiB here and as much in the hub.</summary>
    [Range(1, 1_000_000)] public int MaxFlows { get; set; } = 200_000;

    /// <summary>
    /// The same for one client: an IPv4 address, or an IPv6 /64. Beyond it the client's own least recently used flow goes, so that
    /// nobody alone drives out others.
    /// </summary>
    [Range(1, 1_000_000)] public int MaxFlowsPerClient { get; set; } = 16_384;

    /// <summary>Larger datagrams are dropped, whichever way they go. At most what one frame to a backend carries.</summary>
    [Range(1, 32_768)] public int MaxDatagramBytes { get; set; } = 2_048;

    /// <summary>After this long without a datagram a flow ends, when the backends of its port do not say.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")] public TimeSpan FlowIdleTimeout { get; set; } = TimeSpan.FromSeconds(30);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Ports.Any(port => port is < 0 or > ushort.MaxValue)) yield return new("ports are 0 to 65535.", [nameof(Ports)]);
        if (Ports.Where(port => port != 0).GroupBy(port => port).Any(same => same.Count() > 1)) yield return new("names a port twice.", [nameof(Ports)]);
    }
}

[OptionsValidator]
internal sealed partial class DatagramsOptionsValidator : IValidateOptions<DatagramsOptions>;
