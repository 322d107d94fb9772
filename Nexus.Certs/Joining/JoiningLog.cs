using Nexus.Identities;

namespace Nexus.Certs.Joining;

internal static partial class JoiningLog
{
    [LoggerMessage(1, LogLevel.Information, "{Peer} has joined as a {Role}.")]
    public static partial void Joined(ILogger logger, ServiceRole role, string peer);

    [LoggerMessage(2, LogLevel.Warning, "{Peer} wanted to join as a {Role} and may not: {Fault}")]
    public static partial void Refused(ILogger logger, ServiceRole role, string peer, string fault);
}
