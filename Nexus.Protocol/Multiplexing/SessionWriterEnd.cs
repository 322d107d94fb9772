namespace Nexus.Protocol.Multiplexing;

/// <summary>Why a <see cref="SessionWriter"/> stopped.</summary>
public enum SessionWriterEnd
{
    /// <summary>The close frame that was asked for has left.</summary>
    Closed,

    /// <summary>The transport failed.</summary>
    TransportFailed,

    /// <summary>The owner cancelled.</summary>
    Cancelled,

    /// <summary>More control messages were queued than allowed: the peer does not read what it asks for.</summary>
    ControlOverflow,
}
