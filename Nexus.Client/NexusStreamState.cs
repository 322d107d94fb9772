namespace Nexus.Client;

/// <summary>Where a stream is in its life.</summary>
public enum NexusStreamState
{
    /// <summary>The local side is being dialled.</summary>
    Dialing,

    /// <summary>Bytes may move both ways.</summary>
    Open,

    /// <summary>One side has ended it; what is queued is being delivered.</summary>
    Ending,
}
