using System.Net;
using System.Net.Sockets;

namespace Nexus.Edge.Listening;

internal static partial class ListeningLog
{
    [LoggerMessage(101, LogLevel.Information, "Relaying on {EndPoint}.")]
    public static partial void Listening(ILogger logger, EndPoint endPoint);

    [LoggerMessage(102, LogLevel.Debug, "Accept on {EndPoint} failed with {Error}: {Action}.")]
    public static partial void AcceptFailed(ILogger logger, EndPoint endPoint, SocketError error, AcceptErrorAction action);

    [LoggerMessage(103, LogLevel.Warning, "Out of sockets or memory ({Error}): accepting pauses for {Pause} at a time until some are free.")]
    public static partial void AcceptShort(ILogger logger, SocketError error, TimeSpan pause);

    [LoggerMessage(104, LogLevel.Critical, "The listener on {EndPoint} is broken ({Error}); the service stops.")]
    public static partial void ListenerBroken(ILogger logger, EndPoint endPoint, SocketError error);

    [LoggerMessage(105, LogLevel.Information, "No new connections; {Open} are open and may finish.")]
    public static partial void Draining(ILogger logger, int open);

    [LoggerMessage(106, LogLevel.Warning, "Aborting {Open} connections.")]
    public static partial void Aborting(ILogger logger, int open);

    [LoggerMessage(107, LogLevel.Error, "A connection ended with a fault.")]
    public static partial void ConnectionFaulted(ILogger logger, Exception exception);
}
