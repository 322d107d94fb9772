namespace Nexus.Protocol.Multiplexing;

/// <summary>Which control messages of a lane are due, and what has been said already.</summary>
[Flags]
internal enum SendLaneControl
{
    None = 0,
    Open = 1 << 0,
    Grant = 1 << 1,
    Pong = 1 << 2,
    Ping = 1 << 3,
    PausePeer = 1 << 4,
    ResumePeer = 1 << 5,
    Finish = 1 << 6,

    /// <summary>In the writer's queue of lanes with something due.</summary>
    Queued = 1 << 7,

    /// <summary>The opening message has left.</summary>
    Opened = 1 << 8,

    /// <summary>The last message has left: nothing may follow.</summary>
    Finished = 1 << 9,

    /// <summary>Our direction has ended; the other goes on.</summary>
    HalfClose = 1 << 10,

    /// <summary>The first grant has left.</summary>
    Granted = 1 << 11,

    Due = Open | Grant | Pong | Ping | PausePeer | ResumePeer | Finish | HalfClose,
}
