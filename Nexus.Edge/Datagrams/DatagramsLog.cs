using System.Net.Sockets;
using Grpc.Core;

namespace Nexus.Edge.Datagrams;

internal static partial class DatagramsLog
{
    [LoggerMessage(501, LogLevel.Information, "Relaying UDP on port {Port}.")]
    public static partial void Listening(ILogger logger, int port);

    [LoggerMessage(502, LogLevel.Warning, "Receiving on UDP port {Port} failed with {Error}; it goes on after {Pause}.")]
    public static partial void ReceiveFailed(ILogger logger, int port, SocketError error, TimeSpan pause);

    [LoggerMessage(503, LogLevel.Debug, "UDP flows go to target {TargetId}.")]
    public static partial void LinkOpened(ILogger logger, string targetId);

    [LoggerMessage(504, LogLevel.Warning, "The call with the UDP flows to target {TargetId} ended: {StatusCode} {Detail}")]
    public static partial void LinkLost(ILogger logger, string targetId, StatusCode statusCode, string detail);

    [LoggerMessage(505, LogLevel.Error, "A datagram on UDP port {Port} met a fault.")]
    public static partial void Faulted(ILogger logger, int port, Exception exception);
}
