namespace Nexus.Protocol.Multiplexing;

/// <summary>Why a <see cref="SessionReader"/> stopped.</summary>
public enum SessionReaderEnd
{
    /// <summary>The peer sent a close frame; it was answered with the same code.</summary>
    PeerClosed,

    /// <summary>The peer ended the connection without a close frame, as the original programs do.</summary>
    EndOfStream,

    /// <summary>The peer broke RFC 6455, or sends nothing that means anything; close code 1002 or 1008 was queued.</summary>
    ProtocolError,

    /// <summary>A message was too big; close code 1009 was queued.</summary>
    MessageTooBig,

    /// <summary>The transport failed.</summary>
    TransportFailed,

    /// <summary>The owner cancelled.</summary>
    Cancelled,
}
