using Grpc.Core;
using Nexus.Mesh.Peering.Links;
using Nexus.Mesh.Peering.Tunnels;
using Nexus.WebSocketHosting.Listening;

namespace Nexus.Mesh.Peering;

internal static partial class PeeringLog
{
    [LoggerMessage(1, LogLevel.Information, "Linked with {Peer} (node {Node}, region {Region}).")]
    public static partial void Linked(ILogger logger, string peer, string node, string region);

    [LoggerMessage(2, LogLevel.Warning, "The link with {Peer} is over: {End}.")]
    public static partial void LinkEnded(ILogger logger, string peer, PeerLinkEnd end);

    [LoggerMessage(3, LogLevel.Warning, "{Peer} cannot be reached ({Reason}); it is tried again.")]
    public static partial void Unreachable(ILogger logger, string peer, string reason);

    [LoggerMessage(4, LogLevel.Debug, "{Peer} still cannot be reached ({Reason}).")]
    public static partial void StillUnreachable(ILogger logger, string peer, string reason);

    [LoggerMessage(5, LogLevel.Warning, "{Count} names of {Peer} were left out: they are not valid, or too many.")]
    public static partial void NamesSkipped(ILogger logger, string peer, int count);

    [LoggerMessage(6, LogLevel.Debug, "{Side} tunnel {Tunnel} is over: {End}; {Sent} bytes sent, {Received} received.")]
    public static partial void TunnelEnded(ILogger logger, TunnelSide side, Guid tunnel, TunnelEnd end, long sent, long received);

    [LoggerMessage(7, LogLevel.Debug, "{Side} tunnel was not opened: {End}.")]
    public static partial void TunnelRefused(ILogger logger, TunnelSide side, TunnelEnd end);

    [LoggerMessage(8, LogLevel.Error, "A tunnel ended with a fault.")]
    public static partial void TunnelFaulted(ILogger logger, Exception exception);

    [LoggerMessage(9, LogLevel.Warning, "Somebody who dialled was not let in. {Reason}")]
    public static partial void NotTrusted(ILogger logger, string reason);

    [LoggerMessage(11, LogLevel.Debug, "A connection was turned away: {Refusal}.")]
    public static partial void ConnectionRefused(ILogger logger, AdmissionRefusal refusal);

    [LoggerMessage(12, LogLevel.Debug, "A request was no upgrade: {StatusCode}.")]
    public static partial void UpgradeRefused(ILogger logger, int statusCode);

    [LoggerMessage(13, LogLevel.Warning, "The call that carries UDP flows to hub {Hub} is over ({Status}: {Detail}); its flows have ended.")]
    public static partial void FlowCallLost(ILogger logger, string hub, StatusCode status, string detail);

    [LoggerMessage(10, LogLevel.Error, "A link with a peer ended with a fault.")]
    public static partial void LinkFaulted(ILogger logger, Exception exception);
}
