namespace Nexus.Protocol.Multiplexing;

/// <summary>Why a <see cref="SendLane"/> stopped taking bytes from its source.</summary>
public enum SendLaneEnd
{
    /// <summary>The source ended in order; everything it gave was put on the wire.</summary>
    SourceEnded,

    /// <summary>The source broke.</summary>
    SourceReset,

    /// <summary>The lane was finished or cancelled by its owner.</summary>
    Cancelled,

    /// <summary>The session's writer stopped.</summary>
    SessionEnded,
}
