using Grpc.Core;
using Microsoft.Extensions.Options;
using Nexus.Contracts.Carriers;
using Nexus.Edge.Routing;
using Route = Nexus.Edge.Routing.Route;

namespace Nexus.Edge.Datagrams;

/// <summary>The calls that carry flows to targets.</summary>
internal sealed class FlowLinks(GrpcCarrier carrier, IOptions<RoutingOptions> routing, TimeProvider time, ILogger<FlowLinks> logger) : FlowCalls<Target>(carrier)
{
    /// <summary>Tries the targets of a route, by turns and weight, until one has room for the flow.</summary>
    public CalledFlow? TryOpen(Route route, Flow flow, OpenStream open)
    {
        var chooser = new TargetChooser(route, routing.Value.MaxAttempts, time);
        while (chooser.Next() is { } target)
        {
            if (TryOpen(target, flow, open) is { } called) return called;
        }

        return null;
    }

    protected override string AddressOf(Target target) => target.Address;

    protected override bool MayCall(Target target) => !target.IsAvoided(time);

    protected override void OnCalling(Target target) => DatagramsLog.LinkOpened(logger, target.Id);

    protected override void OnOver(Target target, Status status, bool isStopping)
    {
        target.Avoid(time, routing.Value.AvoidFailedTarget);
        if (!isStopping) DatagramsLog.LinkLost(logger, target.Id, status.StatusCode, status.Detail);
    }
}
