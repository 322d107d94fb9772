namespace Nexus.Client;

/// <summary>One user's stream at one moment.</summary>
public sealed record NexusStreamInfo
{
    /// <summary>Identity of the stream, as the hub gave it.</summary>
    public required Guid StreamId { get; init; }

    /// <summary>The hub that it comes from.</summary>
    public required Uri Address { get; init; }

    /// <summary>Public port of the hub that the user reached.</summary>
    public required int Port { get; init; }

    /// <summary>What it carries.</summary>
    public required NexusTransport Transport { get; init; }

    /// <summary>Where it is in its life.</summary>
    public required NexusStreamState State { get; init; }

    /// <summary>When the hub announced it.</summary>
    public required DateTimeOffset Opened { get; init; }

    /// <summary>When bytes last moved, or the hub last answered for it; exact to a second.</summary>
    public required DateTimeOffset LastActivity { get; init; }

    /// <summary>Data frames of the user that wait for the local service.</summary>
    public int QueuedFrames { get; init; }

    /// <summary>Bytes of the user that wait for the local service.</summary>
    public long QueuedBytes { get; init; }

    /// <summary>Whether the hub was asked to pause the user, because too much waits.</summary>
    public bool IsPaused { get; init; }

    /// <summary>Whether there are bytes for the user that the hub takes no more of at present.</summary>
    public bool IsWaitingForCredit { get; init; }

    /// <summary>Bytes from the local service to the user.</summary>
    public long BytesSent { get; init; }

    /// <summary>Bytes from the user that the local service has taken.</summary>
    public long BytesDelivered { get; init; }
}
