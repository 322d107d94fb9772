using System.Diagnostics.CodeAnalysis;
using Nexus.Protocol.Naming;
using Wire = Nexus.Contracts.Routing.V1;

namespace Nexus.Mesh.Directory;

/// <summary>Between the messages of routing.proto and the directory's own types; what comes in is checked here.</summary>
internal static class WireRoutes
{
    /// <summary>Longest id of a target; it is repeated with each of its routes. A machine's name (64) with a number of 32 digits, or with 16 and a region (64).</summary>
    public const int MaxTargetIdLength = 200;

    public const int MaxWeight = 1_000_000;

    public const int MaxFlowIdleMilliseconds = 86_400_000; // a day

    private const int MaxAddressLength = 512;
    private const int MaxRegionLength = 64;
    private const int MaxHandOverPathLength = 107; // sockaddr_un

    public static bool TryRead(Wire.Target? message, [NotNullWhen(true)] out HubTarget? target, [NotNullWhen(false)] out string? problem)
    {
        target = null;
        if (message is null)
        {
            problem = "open has no target";
            return false;
        }

        // A hub is in this region, whatever it says of its distance.
        var read = new HubTarget(message.Id, message.StreamAddress, message.Region, message.HandOverPath);
        problem = FindProblem(read);
        if (problem is not null) return false;
        target = read;
        return true;
    }

    /// <summary>What is wrong with a target that somebody names; null when nothing is.</summary>
    public static string? FindProblem(HubTarget target) => target switch
    {
        { Id.Length: 0 or > MaxTargetIdLength } => $"target.id must have 1 to {MaxTargetIdLength} characters",
        { StreamAddress.Length: > MaxAddressLength } => $"target.stream_address must have at most {MaxAddressLength} characters",
        { Region.Length: > MaxRegionLength } => $"target.region must have at most {MaxRegionLength} characters",
        { HandOverPath.Length: > MaxHandOverPathLength } => $"target.hand_over_path must have at most {MaxHandOverPathLength} characters",
        { DistanceMilliseconds: < 0 } => "target.distance_milliseconds is too large",
        _ when !IsHttp(target.StreamAddress) => "target.stream_address is not an http(s) address",
        _ => null,
    };

    public static bool TryRead(IEnumerable<Wire.WeightedKey> messages, List<WeightedRoute> routes, [NotNullWhen(false)] out string? problem)
    {
        foreach (var message in messages)
        {
            if (!TryRead(message.Key, out var key, out problem)) return false;
            if (message.Weight is 0 or > MaxWeight)
            {
                problem = $"the weight {message.Weight} of key \"{key}\" is not 1 to {MaxWeight}";
                return false;
            }

            var flowIdle = (int)Math.Min(message.FlowIdleMilliseconds, MaxFlowIdleMilliseconds);
            routes.Add(new WeightedRoute(key, new RouteTerms((int)message.Weight, flowIdle)));
        }

        problem = null;
        return true;
    }

    public static bool TryRead(IEnumerable<Wire.RouteKey> messages, List<RouteKey> keys, [NotNullWhen(false)] out string? problem)
    {
        foreach (var message in messages)
        {
            if (!TryRead(message, out var key, out problem)) return false;
            keys.Add(key);
        }

        problem = null;
        return true;
    }

    public static Wire.WatchResponse ToSnapshot(RouteTable table)
    {
        var snapshot = new Wire.WatchSnapshot();
        foreach (var (target, routes) in table.Targets.Values)
        {
            snapshot.Targets.Add(ToMessage(target));
            snapshot.Routes.AddRange(routes.Select(route => ToMessage(target.Id, new WeightedRoute(route.Key, route.Value))));
        }

        return new Wire.WatchResponse { Revision = table.Revision, Snapshot = snapshot };
    }

    public static Wire.WatchResponse ToDelta(RouteChange change)
    {
        var delta = new Wire.WatchDelta();
        if (change.Target is { } target) delta.TargetUpserts.Add(ToMessage(target));
        delta.RouteUpserts.AddRange(change.Upserts.Select(route => ToMessage(change.TargetId, route)));
        delta.RouteRemovals.AddRange(change.Removals.Select(key => new Wire.TargetRouteKey { TargetId = change.TargetId, Key = ToMessage(key) }));
        if (change.IsRemoved) delta.TargetRemovals.Add(change.TargetId);
        return new Wire.WatchResponse { Revision = change.Revision, Delta = delta };
    }

    private static bool IsHttp(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps);

    private static bool TryRead(Wire.RouteKey? message, out RouteKey key, [NotNullWhen(false)] out string? problem)
    {
        key = message?.KeyCase switch
        {
            Wire.RouteKey.KeyOneofCase.Host when HostName.Normalize(message.Host) == message.Host => RouteKey.ForHost(message.Host),
            Wire.RouteKey.KeyOneofCase.WildcardSuffix when HostName.Normalize(message.WildcardSuffix) == message.WildcardSuffix => RouteKey.ForWildcard(message.WildcardSuffix),
            Wire.RouteKey.KeyOneofCase.TcpPort when message.TcpPort is > 0 and <= ushort.MaxValue => RouteKey.ForTcpPort((int)message.TcpPort),
            Wire.RouteKey.KeyOneofCase.UdpPort when message.UdpPort is > 0 and <= ushort.MaxValue => RouteKey.ForUdpPort((int)message.UdpPort),
            _ => default,
        };
        problem = key.IsNone ? $"malformed key {message?.ToString() ?? "(none)"}" : null;
        return !key.IsNone;
    }

    private static Wire.Target ToMessage(HubTarget target) =>
        new()
        {
            Id = target.Id,
            StreamAddress = target.StreamAddress,
            Region = target.Region,
            HandOverPath = target.HandOverPath,
            DistanceMilliseconds = (uint)target.DistanceMilliseconds,
        };

    private static Wire.TargetRoute ToMessage(string targetId, WeightedRoute route) =>
        new()
        {
            TargetId = targetId,
            Key = ToMessage(route.Key),
            Weight = (uint)route.Terms.Weight,
            FlowIdleMilliseconds = (uint)route.Terms.FlowIdleMilliseconds,
        };

    private static Wire.RouteKey ToMessage(RouteKey key) => key.Kind switch
    {
        RouteKind.Host => new() { Host = key.Name },
        RouteKind.Wildcard => new() { WildcardSuffix = key.Name },
        RouteKind.TcpPort => new() { TcpPort = (uint)key.Port },
        RouteKind.UdpPort => new() { UdpPort = (uint)key.Port },
        _ => throw new ArgumentOutOfRangeException(nameof(key), key.Kind, null),
    };
}
