using System.Diagnostics.Metrics;
using Nexus.Hub.Observing;
using Nexus.ServiceDefaults;

namespace Nexus.Hub.Authentication;

/// <summary>Counts of the meter "Nexus.Hub" about authorizers and fresh tokens. All tag values come from enums.</summary>
internal sealed class AuthenticationMetrics
{
    private static readonly InstrumentAdvice<double> s_answers = new() { HistogramBucketBoundaries = [0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10] };

    private readonly Histogram<double> _verifier;
    private readonly Counter<long> _statusChecks;
    private readonly Counter<long> _keySets;
    private readonly Counter<long> _reauthentications;

    public AuthenticationMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(HubMeter.Name);
        _verifier = meter.CreateHistogram("nexus.hub.verifier.duration", "s", "Questions to the remote verifier by how they ended.", advice: s_answers);
        _statusChecks = meter.CreateCounter<long>("nexus.hub.authorizer.status_checks", "{check}", "Questions to status addresses by what they showed.");
        _keySets = meter.CreateCounter<long>("nexus.hub.key_set.reads", "{read}", "Readings of the public keys by how they ended.");
        _reauthentications = meter.CreateCounter<long>("nexus.hub.reauthentications", "{challenge}", "Challenges of running sessions by how they ended.");
    }

    public void VerifierAnswered(VerifierOutcome outcome, TimeSpan duration) =>
        _verifier.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("outcome", EnumWord.Of(outcome)));

    public void StatusChecked(AuthorizerHealth health) => _statusChecks.Add(1, new KeyValuePair<string, object?>("health", EnumWord.Of(health)));

    public void KeySetRead(KeySetRefresh result) => _keySets.Add(1, new KeyValuePair<string, object?>("result", EnumWord.Of(result)));

    /// <param name="outcome">"accepted", "timed_out", or the word of the refusal.</param>
    public void Reauthenticated(string outcome) => _reauthentications.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
}
