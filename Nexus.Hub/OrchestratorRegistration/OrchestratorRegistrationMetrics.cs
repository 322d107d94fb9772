using System.Diagnostics.Metrics;
using Nexus.Hub.Observing;
using Nexus.ServiceDefaults;

namespace Nexus.Hub.OrchestratorRegistration;

internal sealed class OrchestratorRegistrationMetrics
{
    private readonly Counter<long> _attempts;
    private volatile bool _isRegistered;

    public OrchestratorRegistrationMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(HubMeter.Name);
        _attempts = meter.CreateCounter<long>("nexus.hub.registration.attempts", "{attempt}", "Registrations and heartbeats by outcome.");
        meter.CreateObservableGauge("nexus.hub.registration.registered", () => _isRegistered ? 1 : 0, "{hub}", "1 while the last attempt was accepted.");
    }

    public void Attempted(RegistrationOutcome outcome)
    {
        _isRegistered = outcome == RegistrationOutcome.Registered;
        _attempts.Add(1, new KeyValuePair<string, object?>("outcome", EnumWord.Of(outcome)));
    }
}
