namespace Nexus.Client;

/// <summary>Counts of one client over all its addresses, since it was constructed.</summary>
public sealed record NexusClientStatistics
{
    /// <summary>Sessions now open.</summary>
    public long ActiveSessions { get; init; }

    /// <summary>Sessions opened, those that the hub ended at once included.</summary>
    public long SessionsOpened { get; init; }

    /// <summary>Attempts that did not lead to a session.</summary>
    public long FailedAttempts { get; init; }

    /// <summary>Of <see cref="FailedAttempts"/>, those in which the hub did not accept the credentials.</summary>
    public long RefusedAttempts { get; init; }

    /// <summary>Of <see cref="FailedAttempts"/>, those after which the hub wanted fewer attempts.</summary>
    public long RateLimitedAttempts { get; init; }

    /// <summary>When a session was last opened; null when none was.</summary>
    public DateTimeOffset? LastConnected { get; init; }

    /// <summary>When these counts were taken.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>Users' streams now open.</summary>
    public long ActiveStreams { get; init; }

    /// <summary>Of these, those whose local side is being dialled.</summary>
    public long DialingStreams { get; init; }

    /// <summary>Of these, those whose user the hub was asked to pause.</summary>
    public long PausedStreams { get; init; }

    /// <summary>Of these, those with bytes for the user that the hub takes no more of at present.</summary>
    public long StreamsWaitingForCredit { get; init; }

    /// <summary>Bytes of users that wait for local services.</summary>
    public long BufferedBytes { get; init; }

    /// <summary>Control messages that wait to be sent to hubs.</summary>
    public long QueuedControlMessages { get; init; }

    /// <summary>Frames that were sent because a hub granted nothing for 10 s.</summary>
    public long StallProbes { get; init; }

    /// <summary>Streams that hubs announced.</summary>
    public long StreamsOpened { get; init; }

    /// <summary>Streams that ended otherwise than by one of the two sides closing in order.</summary>
    public long StreamsFailed { get; init; }

    /// <summary>Bytes of messages received from hubs.</summary>
    public long BytesReceived { get; init; }

    /// <summary>Bytes sent to hubs, framing included.</summary>
    public long BytesSent { get; init; }

    /// <summary>Messages received from hubs.</summary>
    public long MessagesReceived { get; init; }

    /// <summary>Data and control messages sent to hubs.</summary>
    public long MessagesSent { get; init; }

    /// <summary>Events that slow watchers lost.</summary>
    public long EventsDropped { get; init; }

    /// <summary>
    /// Datagrams that were not passed on, either way: too large, too many waiting for the dial or for credit, or not taken by the
    /// local side.
    /// </summary>
    public long DatagramsDropped { get; init; }
}
