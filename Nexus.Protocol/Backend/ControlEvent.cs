namespace Nexus.Protocol.Backend;

/// <summary>What a control message says. PROTOCOL.md lists who sends which, and with which fields.</summary>
public enum ControlEvent
{
    /// <summary>An event of another version: to be ignored.</summary>
    Unknown,

    /// <summary>Hub: a new user stream.</summary>
    Connect,

    /// <summary>Either: the stream has ended.</summary>
    Disconnect,

    /// <summary>Client: does the hub still know the stream?</summary>
    PingClient,

    /// <summary>Hub: it does.</summary>
    PongClient,

    /// <summary>Client: stop reading from the user.</summary>
    PauseStream,

    /// <summary>Either: credits for the sender of data, and the end of a pause.</summary>
    ResumeStream,

    /// <summary>Client: dial a target for me.</summary>
    OutboundConnect,

    /// <summary>Hub: how the dial ended.</summary>
    OutboundResult,

    /// <summary>
    /// Either: the sender's side (the user, the local service) has ended its direction (FIN) and all its bytes were sent; the other
    /// direction goes on. Our own addition: a client sends it only to hubs that said <see cref="ControlMessage.CanHalfClose"/>; clients
    /// that do not know it ignore it and go on as before.
    /// </summary>
    HalfClose,
}
