namespace Nexus.Edge.Peeking;

/// <summary>How the reading of first bytes ended.</summary>
internal enum PeekEnd
{
    /// <summary>The parser decided.</summary>
    Decided,

    /// <summary>The user sent FIN first.</summary>
    Ended,

    /// <summary>The user's connection broke.</summary>
    Reset,

    /// <summary>A deadline passed.</summary>
    TimedOut,

    /// <summary>Another client needed the slot more.</summary>
    Withdrawn,
}
