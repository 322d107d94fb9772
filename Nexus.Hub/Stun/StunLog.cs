using System.Net.Sockets;

namespace Nexus.Hub.Stun;

internal static partial class StunLog
{
    [LoggerMessage(1, LogLevel.Information, "STUN answers on UDP port {Port}.")]
    public static partial void Listening(ILogger logger, int port);

    [LoggerMessage(2, LogLevel.Warning, "STUN cannot receive ({Error}); it goes on in {Pause}.")]
    public static partial void ReceiveFailed(ILogger logger, SocketError error, TimeSpan pause);
}
