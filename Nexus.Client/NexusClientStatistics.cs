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

    /// <summary>Users' streams now open.</summary>
    public long ActiveStreams { get; init; }

    /// <summary>Streams that hubs announced.</summary>
    public long StreamsOpened { get; init; }

    /// <summary>Streams that ended otherwise than by one of the two sides closing in order.</summary>
    public long StreamsFailed { get; init; }

    /// <summary>Bytes of messages received from hubs.</summary>
    public long BytesReceived { get; init; }

    /// <summary>Bytes sent to hubs, framing included.</summary>
    public long BytesSent { get; init; }

    /// <summary>Events that slow watchers lost.</summary>
    public long EventsDropped { get; init; }
}
