using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net.Sockets;

namespace Nexus.Edge.Listening;

internal sealed class ListeningMetrics
{
    public const string MeterName = "Nexus.Edge";

    private readonly UpDownCounter<long> _active;
    private readonly Counter<long> _refusals;
    private readonly Counter<long> _acceptErrors;

    public ListeningMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _active = meter.CreateUpDownCounter<long>("nexus.edge.active_connections", "{connection}", "User connections now open, on all ports.");
        _refusals = meter.CreateCounter<long>("nexus.edge.admission_refusals", "{connection}", "Connections closed at once because a limit was reached.");
        _acceptErrors = meter.CreateCounter<long>("nexus.edge.accept_errors", "{error}", "Failures of accept.");
    }

    public void ConnectionOpened() => _active.Add(1);

    public void ConnectionClosed() => _active.Add(-1);

    public void AdmissionRefused(AdmissionRefusal refusal) =>
        _refusals.Add(1, new KeyValuePair<string, object?>("error.type", refusal == AdmissionRefusal.TotalLimit ? "total_limit" : "client_limit"));

    public void AcceptFailed(SocketError error, AcceptErrorAction action)
    {
        var tags = new TagList { { "error.type", error.ToString() }, { "nexus.edge.action", action.ToString() } };
        _acceptErrors.Add(1, tags);
    }
}
