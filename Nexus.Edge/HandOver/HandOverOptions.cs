using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Nexus.Contracts.Carriers.HandOver;

namespace Nexus.Edge.HandOver;

/// <summary>How users' sockets, and streams, are passed to hubs on the same host.</summary>
internal sealed class HandOverOptions
{
    public const string SectionName = "Nexus:Edge:HandOver";

    /// <summary>Off, or on another system than Linux, everything is relayed by gRPC.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Sockets that one hub has been offered and has not answered yet, and as many streams; more wait for their turn.</summary>
    [Range(1, 100_000)] public int MaxInFlight { get; set; } = 256;

    /// <summary>For so long a hub that could not be reached by hand-over is not tried again; its users go by gRPC.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")] public TimeSpan RetryPause { get; set; } = TimeSpan.FromSeconds(5);

    public HandOverCarrierOptions ToCarrierOptions() => new() { MaxInFlight = MaxInFlight, RetryPause = RetryPause };
}

[OptionsValidator]
internal sealed partial class HandOverOptionsValidator : IValidateOptions<HandOverOptions>;
