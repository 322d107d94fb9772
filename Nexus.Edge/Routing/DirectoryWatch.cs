using Nexus.Contracts.Routing.V1;
using Key = Nexus.Protocol.Naming.RouteKey;

namespace Nexus.Edge.Routing;

/// <summary>One call to the directory: turns its responses into tables.</summary>
internal sealed class DirectoryWatch(LiveRoutes routes, ILogger logger)
{
    private ulong _revision;

    public bool HasSnapshot { get; private set; }

    /// <summary>Null while the call may go on.</summary>
    public WatchEnd? Apply(WatchResponse response)
    {
        switch (response.MessageCase)
        {
            case WatchResponse.MessageOneofCase.Snapshot when !HasSnapshot:
                ApplySnapshot(response.Snapshot);
                HasSnapshot = true;
                RoutingLog.Following(logger, response.Revision, routes.Table.RouteCount, routes.Table.TargetCount);
                break;
            case WatchResponse.MessageOneofCase.Delta when HasSnapshot:
                if (response.Revision != _revision + 1)
                {
                    RoutingLog.Gap(logger, _revision, response.Revision);
                    return WatchEnd.Gap;
                }
                ApplyDelta(response.Delta);
                break;
            default:
                return WatchEnd.Malformed;
        }
        _revision = response.Revision;
        RoutingLog.InForce(logger, _revision);
        return null;
    }

    /// <summary>Replaces everything but the targets that are still the same: who was found dead stays known.</summary>
    private void ApplySnapshot(WatchSnapshot snapshot)
    {
        var previous = routes.Table;
        var next = RouteTable.Empty.ToBuilder();
        foreach (var target in snapshot.Targets.Select(TargetOf))
        {
            var known = previous.FindTarget(target.Id);
            if (known is not null && known.IsSameAs(target)) next.SetTarget(known); // else it would be forgotten that it was found dead
            next.SetTarget(target); // a known one takes its distance
        }
        foreach (var route in snapshot.Routes) next.SetRoute(route.TargetId, KeyOf(route.Key), WeightOf(route), FlowIdleTimeoutOf(route));
        routes.Replace(next.Build());
    }

    private void ApplyDelta(WatchDelta delta)
    {
        var next = routes.Table.ToBuilder();
        foreach (var target in delta.TargetUpserts) next.SetTarget(TargetOf(target));
        foreach (var route in delta.RouteUpserts) next.SetRoute(route.TargetId, KeyOf(route.Key), WeightOf(route), FlowIdleTimeoutOf(route));
        foreach (var route in delta.RouteRemovals) next.RemoveRoute(route.TargetId, KeyOf(route.Key));
        foreach (var id in delta.TargetRemovals) next.RemoveTarget(id);
        routes.Replace(next.Build());
    }

    private static Target TargetOf(Contracts.Routing.V1.Target target) => new(target.Id, target.StreamAddress, target.HandOverPath, (int)Math.Min(target.DistanceMilliseconds, int.MaxValue));

    private static int WeightOf(TargetRoute route) => (int)Math.Clamp(route.Weight, 1, int.MaxValue / 1024);

    private static TimeSpan FlowIdleTimeoutOf(TargetRoute route) => TimeSpan.FromMilliseconds(Math.Min(route.FlowIdleMilliseconds, int.MaxValue));

    /// <summary>The key of no route for what this edge does not understand; such a route is ignored.</summary>
    private static Key KeyOf(RouteKey? key) => key?.KeyCase switch
    {
        RouteKey.KeyOneofCase.Host => Key.ForHost(key.Host),
        RouteKey.KeyOneofCase.WildcardSuffix => Key.ForWildcard(key.WildcardSuffix),
        RouteKey.KeyOneofCase.TcpPort when key.TcpPort is > 0 and <= ushort.MaxValue => Key.ForTcpPort((int)key.TcpPort),
        RouteKey.KeyOneofCase.UdpPort when key.UdpPort is > 0 and <= ushort.MaxValue => Key.ForUdpPort((int)key.UdpPort),
        _ => default,
    };
}
