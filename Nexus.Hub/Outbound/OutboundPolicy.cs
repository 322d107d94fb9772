using Microsoft.Extensions.Options;
using Nexus.Hub.Authentication;
using Nexus.Protocol.Backend;
using Nexus.ServiceDefaults;

namespace Nexus.Hub.Outbound;

/// <summary>Whether a backend may have a connection, as far as the request itself shows.</summary>
internal sealed class OutboundPolicy(CurrentAuthentication authentication, IOptionsMonitor<OutboundOptions> options, Drain drain)
{
    /// <summary>Null, or the first thing that is wrong, in the documented order.</summary>
    /// <param name="granted">The backend's rights.</param>
    /// <param name="address">The target as the backend wrote it.</param>
    /// <param name="connections">How many the backend has already, those being dialled included.</param>
    /// <param name="target">The target, when nothing is wrong.</param>
    public OutboundRefusal? Check(ClaimSet granted, string? address, int connections, out OutboundTarget target)
    {
        target = default;
        var policy = authentication.Value.Policy;
        if (!policy.AllowOutbound) return OutboundRefusal.Disabled;
        if (!granted.OutboundAllowed) return OutboundRefusal.NotAllowed;
        if (drain.IsDraining) return OutboundRefusal.Draining;
        if (OutboundTarget.TryParse(address, out target) is { } wrong) return wrong;
        if (policy.AllowedOutboundPorts.Count > 0 && !policy.AllowedOutboundPorts.Contains(target.Port)) return OutboundRefusal.PortNotAllowedHere;
        if (granted.OutboundPorts.Count > 0 && !granted.OutboundPorts.Contains(target.Port)) return OutboundRefusal.PortNotClaimed;
        return connections >= (options.CurrentValue.ConnectionLimit ?? int.MaxValue) ? OutboundRefusal.LimitReached : null;
    }
}
