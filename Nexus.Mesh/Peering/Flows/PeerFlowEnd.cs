namespace Nexus.Mesh.Peering.Flows;

/// <summary>Why a UDP flow between regions ended, or was not opened. Every end has exactly one.</summary>
internal enum PeerFlowEnd
{
    /// <summary>Our own side ended it: at the origin the edge (idle, evicted, stopped), at the destination the hub.</summary>
    LocalEnded,

    /// <summary>The other node ended it.</summary>
    PeerEnded,

    /// <summary>At the destination: nothing came of it for so long that the origin must have forgotten it.</summary>
    Idle,

    /// <summary>The link to the peer was lost.</summary>
    LinkLost,

    /// <summary>The other node used its id for something else: the two ends do not mean the same any more.</summary>
    IdReused,

    /// <summary>Not opened: nobody serves the port there, or here.</summary>
    NoBackend,

    /// <summary>Not opened: a limit is reached there, or on the link.</summary>
    Full,

    /// <summary>Not opened: the other node, or this one, is about to stop.</summary>
    Draining,

    /// <summary>Not opened: the request to open it is none.</summary>
    Invalid,
}
