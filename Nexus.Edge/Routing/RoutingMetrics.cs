using System.Diagnostics.Metrics;
using Nexus.Contracts.Carriers;

namespace Nexus.Edge.Routing;

internal sealed class RoutingMetrics
{
    private readonly Counter<long> _watches;
    private readonly Counter<long> _refusals;
    private readonly Counter<long> _streams;

    public RoutingMetrics(IMeterFactory meters, LiveRoutes routes)
    {
        var meter = meters.Create("Nexus.Edge");
        meter.CreateObservableGauge("nexus.edge.routes", () => routes.Table.RouteCount, "{route}", "Route keys known.");
        meter.CreateObservableGauge("nexus.edge.targets", () => routes.Table.TargetCount, "{target}", "Targets known.");
        _refusals = meter.CreateCounter<long>("nexus.edge.target_refusals", "{attempt}", "Targets that did not take a stream.");
        _streams = meter.CreateCounter<long>("nexus.edge.streams", "{stream}", "Streams that a target took, by carrier.");
        _watches = meter.CreateCounter<long>("nexus.edge.directory_watches", "{call}", "Calls to the route directory that ended, by how.");
    }

    public void WatchEnded(WatchEnd end) => _watches.Add(1, new KeyValuePair<string, object?>("nexus.edge.end", end switch
    {
        WatchEnd.Gap => "gap",
        WatchEnd.Malformed => "malformed",
        _ => "lost",
    }));

    public void StreamOpened(bool isHandedOver) => _streams.Add(1, new KeyValuePair<string, object?>("nexus.carrier", isHandedOver ? "hand_over" : "grpc"));

    public void TargetRefused(OpenRefusal refusal) => _refusals.Add(1, new KeyValuePair<string, object?>("error.type", refusal.ToString()));
}
