namespace Nexus.Client.Streams;

/// <summary>Why a stream ended: the log field and the metric's <c>error.type</c>.</summary>
internal enum StreamEnd
{
    /// <summary>The local service ended; everything it had sent was delivered to the hub.</summary>
    Completed,

    /// <summary>The hub ended the stream (the user left, or an idle limit was reached).</summary>
    HubEnded,

    /// <summary>No handler and no mapping serves the port and the name.</summary>
    NoRoute,

    /// <summary>A connect handler refused the user.</summary>
    Rejected,

    /// <summary>The local service could not be reached in time, or a connect handler failed.</summary>
    DialFailed,

    /// <summary>The local service of a UDP flow is not there: the system says that nobody took a datagram.</summary>
    Unreachable,

    /// <summary>The session has as many streams as it may have.</summary>
    TooManyStreams,

    /// <summary>The connection to the local service broke.</summary>
    LocalFailed,

    /// <summary>The user's TLS, which ends in this client, did not come about or broke.</summary>
    TlsFailed,

    /// <summary>The hub sent more than it may.</summary>
    BufferFull,

    /// <summary>The hub did not answer for the stream: it does not know it any more.</summary>
    Forgotten,

    /// <summary>The hub gave the stream's id to another one.</summary>
    Replaced,

    /// <summary>The client is being stopped and the stream had nothing under way.</summary>
    Shutdown,

    /// <summary>The client is being stopped and the stream did not end in time.</summary>
    DrainTimeout,

    /// <summary>The session ended.</summary>
    SessionLost,
}
