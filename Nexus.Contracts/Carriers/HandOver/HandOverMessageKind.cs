namespace Nexus.Contracts.Carriers.HandOver;

/// <summary>The first byte of each message; the numbers are the wire's.</summary>
internal enum HandOverMessageKind : byte
{
    /// <summary>Either side: means nothing; who waits for room in the connection sends one.</summary>
    Nop = 0,

    /// <summary>Caller, first of all: which target is meant.</summary>
    Hello = 1,

    /// <summary>Target: it is meant.</summary>
    HelloOk = 2,

    /// <summary>Target: somebody else is meant, or another version; the connection ends.</summary>
    HelloRefused = 3,

    /// <summary>Caller: takes over the attached socket, if it can.</summary>
    Open = 4,

    /// <summary>Caller: asks for a sign of life.</summary>
    Ping = 5,

    /// <summary>Target: the sign of life.</summary>
    Pong = 6,

    /// <summary>Target: it has the socket, and a backend has been told; no other target may be tried.</summary>
    Accepted = 7,

    /// <summary>Target: it has closed its duplicate; another target may be tried.</summary>
    Refused = 8,

    /// <summary>Target: the stream is over.</summary>
    Ended = 9,

    /// <summary>Either side, of a stream that goes by a pair of sockets: it has written so many bytes into its end, and writes no more.</summary>
    Fin = 10,

    /// <summary>Either side, of such a stream: it has broken it.</summary>
    Abort = 11,
}
