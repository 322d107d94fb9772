using Nexus.Hub.Sessions;
using Nexus.Protocol.Naming;
using Wire = Nexus.Contracts.Routing.V1;

namespace Nexus.Hub.Announcing;

/// <summary>Route keys as the directory's messages write them.</summary>
internal static class AnnouncedKey
{
    public static Wire.RouteKey From(RouteKey key) => key.Kind switch
    {
        RouteKind.Wildcard => new() { WildcardSuffix = key.Name },
        RouteKind.TcpPort => new() { TcpPort = (uint)key.Port },
        RouteKind.UdpPort => new() { UdpPort = (uint)key.Port },
        _ => new() { Host = key.Name },
    };

    public static Wire.WeightedKey From(RouteWeight route) => new()
    {
        Key = From(route.Key),
        Weight = (uint)route.Weight,
        FlowIdleMilliseconds = (uint)route.FlowIdleTimeout.TotalMilliseconds, // a day at most
    };
}
