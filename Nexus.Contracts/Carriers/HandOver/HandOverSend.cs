namespace Nexus.Contracts.Carriers.HandOver;

/// <summary>What became of a message.</summary>
internal enum HandOverSend
{
    /// <summary>It is in the other side's queue.</summary>
    Sent,

    /// <summary>The system does not take this one; others may go.</summary>
    Impossible,

    /// <summary>The connection is over, or the other side reads no more.</summary>
    Lost,
}
