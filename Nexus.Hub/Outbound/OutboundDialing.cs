using Microsoft.Extensions.Options;

namespace Nexus.Hub.Outbound;

/// <summary>What sessions need to dial for their backends.</summary>
internal sealed record OutboundDialing(
    OutboundPolicy Policy, OutboundDialer Dialer, OutboundMetrics Metrics, IOptionsMonitor<OutboundOptions> Options, ILogger<OutboundDialing> Logger);
