using System.Diagnostics;
using System.Diagnostics.Metrics;
using Nexus.Hub.Observing;
using Nexus.ServiceDefaults;
using Nexus.WebSocketHosting.Listening;

namespace Nexus.Hub.Sessions;

/// <summary>Counts of the meter "Nexus.Hub". All tag values come from enums.</summary>
internal sealed class SessionsMetrics
{
    private static readonly InstrumentAdvice<double> s_lifetimes = new() { HistogramBucketBoundaries = [1, 10, 60, 600, 3600, 21_600, 86_400] };
    private static readonly InstrumentAdvice<double> s_streamLifetimes = new() { HistogramBucketBoundaries = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60, 600, 3600] };

    private readonly Counter<long> _refusedConnections;
    private readonly Counter<long> _refusedUpgrades;
    private readonly Counter<long> _handshakes;
    private readonly UpDownCounter<long> _activeSessions;
    private readonly Histogram<double> _sessionDuration;
    private readonly UpDownCounter<long> _activeStreams;
    private readonly Histogram<double> _streamDuration;
    private readonly Counter<long> _streams;
    private readonly Counter<long> _refusedStreams;
    private readonly Counter<long> _bytes;

    public SessionsMetrics(IMeterFactory meters, LiveStreams streams, FailureThrottle throttle)
    {
        var meter = meters.Create(HubMeter.Name);
        _refusedConnections = meter.CreateCounter<long>("nexus.hub.connections.refused", "{connection}", "Connections turned away before TLS.");
        _refusedUpgrades = meter.CreateCounter<long>("nexus.hub.upgrades.refused", "{request}", "Requests that were no valid upgrade.");
        _handshakes = meter.CreateCounter<long>("nexus.hub.handshakes", "{handshake}", "Handshakes of backends by outcome.");
        _activeSessions = meter.CreateUpDownCounter<long>("nexus.hub.active_sessions", "{session}", "Backends now connected.");
        _sessionDuration = meter.CreateHistogram("nexus.hub.session.duration", "s", "Life of a session.", advice: s_lifetimes);
        _activeStreams = meter.CreateUpDownCounter<long>("nexus.hub.active_streams", "{stream}", "User streams now open.");
        _streamDuration = meter.CreateHistogram("nexus.hub.stream.duration", "s", "Life of a user stream.", advice: s_streamLifetimes);
        _streams = meter.CreateCounter<long>("nexus.hub.streams", "{stream}", "User streams by how they ended.");
        _refusedStreams = meter.CreateCounter<long>("nexus.hub.streams.refused", "{stream}", "User streams that were not taken.");
        _bytes = meter.CreateCounter<long>("nexus.hub.io", "By", "Payload of user streams.");
        meter.CreateObservableGauge("nexus.hub.failing_addresses", () => throttle.Count, "{address}", "Addresses with failed handshakes that are not forgiven yet.");
        meter.CreateObservableGauge("nexus.hub.queued_frames", () => streams.QueuedFrames, "{frame}", "Frames that wait for users.");
        meter.CreateObservableGauge("nexus.hub.queued_bytes", () => streams.QueuedBytes, "By", "Memory held for users who read slowly.");
    }

    public void ConnectionRefused(AdmissionRefusal refusal) => _refusedConnections.Add(1, Tag("reason", EnumWord.Of(refusal)));

    public void UpgradeRefused(int statusCode) => _refusedUpgrades.Add(1, Tag("http.response.status_code", statusCode));

    public void Handshake(HandshakeOutcome outcome, string? refusal)
    {
        var tags = new TagList { { "outcome", EnumWord.Of(outcome) } };
        if (refusal is not null) tags.Add("refusal", refusal);
        _handshakes.Add(1, tags);
    }

    public void SessionBegan() => _activeSessions.Add(1);

    public void SessionEnded(SessionEnd end, TimeSpan lifetime)
    {
        _activeSessions.Add(-1);
        var tags = new TagList { { "end", EnumWord.Of(end) } };
        if (end.IsFailure()) tags.Add("error.type", EnumWord.Of(end));
        _sessionDuration.Record(lifetime.TotalSeconds, tags);
    }

    public void StreamRefused(StreamRefusal refusal) => _refusedStreams.Add(1, Tag("reason", EnumWord.Of(refusal)));

    public void StreamBegan() => _activeStreams.Add(1);

    public void StreamEnded(StreamEnd end, TimeSpan lifetime)
    {
        _activeStreams.Add(-1);
        _streams.Add(1, Tag("end", EnumWord.Of(end)));
        var tags = new TagList();
        if (!end.IsOrderly()) tags.Add("error.type", EnumWord.Of(end));
        _streamDuration.Record(lifetime.TotalSeconds, tags);
    }

    /// <summary>Bytes moved since the last call for a stream.</summary>
    public void Moved(long fromUser, long toUser)
    {
        if (fromUser > 0) _bytes.Add(fromUser, Tag("direction", "to_backend"));
        if (toUser > 0) _bytes.Add(toUser, Tag("direction", "to_user"));
    }

    private static KeyValuePair<string, object?> Tag(string name, object? value) => new(name, value);
}
