using System.Net.Sockets;

namespace Nexus.Edge.Listening;

/// <summary>Sorts the errors of accept(2).</summary>
internal static class AcceptErrors
{
    public static AcceptErrorAction Classify(SocketError error) => error switch
    {
        // accept(2): errors of the new connection's network are passed on as if they were the listener's.
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.TimedOut or SocketError.Interrupted
            or SocketError.WouldBlock or SocketError.TryAgain or SocketError.NetworkDown or SocketError.NetworkUnreachable
            or SocketError.NetworkReset or SocketError.HostDown or SocketError.HostUnreachable or SocketError.ProtocolOption
            or SocketError.ProtocolNotSupported or SocketError.OperationNotSupported => AcceptErrorAction.Ignore,
        SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable or SocketError.ProcessLimit => AcceptErrorAction.BackOff,
        _ => AcceptErrorAction.Fatal,
    };
}
