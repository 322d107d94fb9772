using System.Diagnostics;
using System.Diagnostics.Metrics;
using Nexus.Client.Streams;

namespace Nexus.Client.Sessions;

/// <summary>The client's numbers, for OpenTelemetry and for <see cref="NexusClient.GetStatistics"/>. Tag values come from closed sets.</summary>
internal sealed class ClientMetrics
{
    public const string MeterName = "Nexus.Client";

    private static readonly InstrumentAdvice<double> s_lifetimes = new() { HistogramBucketBoundaries = [0.01, 0.1, 1, 5, 15, 60, 300, 1_800, 7_200, 43_200] };
    private readonly TimeProvider _time;
    private readonly KeyValuePair<string, object?> _backend;
    private readonly UpDownCounter<long> _activeSessions;
    private readonly Histogram<double> _sessionDuration;
    private readonly Histogram<double> _connectDuration;
    private readonly Histogram<double> _tokenDuration;
    private readonly Histogram<double> _reauthDuration;
    private readonly UpDownCounter<long> _activeStreams;
    private readonly Histogram<double> _streamDuration;
    private readonly Counter<long> _bytes;
    private readonly Counter<long> _messages;
    private readonly Counter<long> _stallProbes;
    private readonly Counter<long> _droppedEvents;
    private readonly Counter<long> _droppedDatagrams;
    private long _sessions;
    private long _sessionsOpened;
    private long _attemptsFailed;
    private long _streams;
    private long _streamsOpened;
    private long _streamsFailed;
    private long _bytesReceived;
    private long _bytesSent;
    private long _eventsDropped;
    private long _attemptsRefused;
    private long _attemptsRateLimited;
    private long _messagesReceived;
    private long _messagesSent;
    private long _stallsProbed;
    private long _lastConnected; // ticks, 0 for never
    private long _datagramsDropped;

    public ClientMetrics(Meter meter, string backendName, TimeProvider time)
    {
        _time = time;
        _backend = new("nexus.backend", backendName);
        _activeSessions = meter.CreateUpDownCounter<long>("nexus.client.active_sessions", "{session}", "Sessions now open.");
        _sessionDuration = meter.CreateHistogram("nexus.client.session.duration", "s", "Life of a session.", advice: s_lifetimes);
        _connectDuration = meter.CreateHistogram<double>("nexus.client.connect.duration", "s", "Time to open a session, or to fail.");
        _tokenDuration = meter.CreateHistogram<double>("nexus.client.token.duration", "s", "Time to obtain a token, or to fail.");
        _reauthDuration = meter.CreateHistogram<double>("nexus.client.reauth.duration", "s", "Time from a re-authentication challenge to its answer.");
        _activeStreams = meter.CreateUpDownCounter<long>("nexus.client.active_streams", "{stream}", "Users' streams now open.");
        _streamDuration = meter.CreateHistogram("nexus.client.stream.duration", "s", "Life of a stream.", advice: s_lifetimes);
        _bytes = meter.CreateCounter<long>("nexus.client.io", "By", "Bytes exchanged with hubs.");
        _messages = meter.CreateCounter<long>("nexus.client.messages", "{message}", "Data and control messages exchanged with hubs.");
        _stallProbes = meter.CreateCounter<long>("nexus.client.stall_probes", "{frame}", "Frames sent because a hub granted nothing for 10 s.");
        _droppedEvents = meter.CreateCounter<long>("nexus.client.dropped_events", "{event}", "Events that a slow watcher lost.");
        _droppedDatagrams = meter.CreateCounter<long>("nexus.client.dropped_datagrams", "{datagram}", "Datagrams that were not passed on.");
    }

    public NexusClientStatistics Snapshot() => new()
    {
        ActiveSessions = Interlocked.Read(ref _sessions),
        SessionsOpened = Interlocked.Read(ref _sessionsOpened),
        FailedAttempts = Interlocked.Read(ref _attemptsFailed),
        ActiveStreams = Interlocked.Read(ref _streams),
        StreamsOpened = Interlocked.Read(ref _streamsOpened),
        StreamsFailed = Interlocked.Read(ref _streamsFailed),
        BytesReceived = Interlocked.Read(ref _bytesReceived),
        BytesSent = Interlocked.Read(ref _bytesSent),
        RefusedAttempts = Interlocked.Read(ref _attemptsRefused),
        RateLimitedAttempts = Interlocked.Read(ref _attemptsRateLimited),
        LastConnected = Interlocked.Read(ref _lastConnected) is > 0 and var ticks ? new(ticks, TimeSpan.Zero) : null,
        Time = _time.GetUtcNow(),
        StallProbes = Interlocked.Read(ref _stallsProbed),
        MessagesReceived = Interlocked.Read(ref _messagesReceived),
        MessagesSent = Interlocked.Read(ref _messagesSent),
        EventsDropped = Interlocked.Read(ref _eventsDropped),
        DatagramsDropped = Interlocked.Read(ref _datagramsDropped),
    };

    public void SessionOpened()
    {
        Interlocked.Increment(ref _sessions);
        Interlocked.Increment(ref _sessionsOpened);
        Interlocked.Exchange(ref _lastConnected, _time.GetUtcNow().UtcTicks);
        _activeSessions.Add(1, _backend);
    }

    public void SessionEnded(NexusSessionEnd end, TimeSpan lifetime)
    {
        Interlocked.Decrement(ref _sessions);
        _activeSessions.Add(-1, _backend);
        _sessionDuration.Record(lifetime.TotalSeconds, Tags(end.ToErrorType()));
    }

    public void AttemptEnded(NexusConnectError? error, TimeSpan duration)
    {
        if (error is not null) Interlocked.Increment(ref _attemptsFailed);
        if (error == NexusConnectError.AuthenticationFailed) Interlocked.Increment(ref _attemptsRefused);
        if (error == NexusConnectError.RateLimited) Interlocked.Increment(ref _attemptsRateLimited);
        _connectDuration.Record(duration.TotalSeconds, Tags(error?.ToErrorType()));
    }

    public void TokenObtained(NexusTokenStage stage, TimeSpan duration, string? error)
    {
        var tags = Tags(error);
        tags.Add("nexus.token.stage", stage switch { NexusTokenStage.Handshake => "handshake", NexusTokenStage.Attest => "attest", _ => "reauth" });
        _tokenDuration.Record(duration.TotalSeconds, tags);
    }

    public void ReauthEnded(TimeSpan duration, bool isAnswered) => _reauthDuration.Record(duration.TotalSeconds, Tags(isAnswered ? null : "not_answered"));

    public void StreamOpened()
    {
        Interlocked.Increment(ref _streams);
        Interlocked.Increment(ref _streamsOpened);
        _activeStreams.Add(1, _backend);
    }

    public void StreamEnded(StreamEnd end, TimeSpan lifetime)
    {
        Interlocked.Decrement(ref _streams);
        var error = end.ToErrorType();
        if (error is not null) Interlocked.Increment(ref _streamsFailed);
        _activeStreams.Add(-1, _backend);
        _streamDuration.Record(lifetime.TotalSeconds, Tags(error));
    }

    /// <summary>A stream that was refused before it began.</summary>
    public void StreamRefused(StreamEnd end)
    {
        Interlocked.Increment(ref _streamsFailed);
        _streamDuration.Record(0, Tags(end.ToErrorType()));
    }

    public void Moved(long received, long sent)
    {
        if (received > 0)
        {
            Interlocked.Add(ref _bytesReceived, received);
            _bytes.Add(received, _backend, new("network.io.direction", "receive"));
        }

        if (sent > 0)
        {
            Interlocked.Add(ref _bytesSent, sent);
            _bytes.Add(sent, _backend, new("network.io.direction", "transmit"));
        }
    }

    public void MovedMessages(long received, long sent)
    {
        Interlocked.Add(ref _messagesReceived, received);
        Interlocked.Add(ref _messagesSent, sent);
        if (received > 0) _messages.Add(received, _backend, new("network.io.direction", "receive"));
        if (sent > 0) _messages.Add(sent, _backend, new("network.io.direction", "transmit"));
    }

    public void StallProbed()
    {
        Interlocked.Increment(ref _stallsProbed);
        _stallProbes.Add(1, _backend);
    }

    public void DatagramDropped(bool fromUser)
    {
        Interlocked.Increment(ref _datagramsDropped);
        _droppedDatagrams.Add(1, _backend, new("network.io.direction", fromUser ? "receive" : "transmit"));
    }

    public void EventDropped()
    {
        Interlocked.Increment(ref _eventsDropped);
        _droppedEvents.Add(1, _backend);
    }

    private TagList Tags(string? error)
    {
        var tags = new TagList { _backend };
        if (error is not null) tags.Add("error.type", error);
        return tags;
    }
}
