namespace Nexus.Protocol.Multiplexing;

/// <summary>How a lane's turn at the writer ended.</summary>
public enum SendLaneTurn
{
    /// <summary>The source gave all that it has at present.</summary>
    Dry,

    /// <summary>The source ended in order.</summary>
    SourceEnded,

    /// <summary>The source broke.</summary>
    SourceReset,

    /// <summary>The owner finished or cancelled the lane.</summary>
    Cancelled,

    /// <summary>The writer stopped.</summary>
    SessionEnded,
}
