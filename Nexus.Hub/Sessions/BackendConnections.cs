using Microsoft.Extensions.Options;
using Nexus.Hub.Authentication;
using Nexus.Hub.Bandwidth;
using Nexus.Hub.Outbound;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Multiplexing;
using Nexus.Protocol.WebSockets;
using Nexus.ServiceDefaults;
using Nexus.WebSocketHosting.Listening;

namespace Nexus.Hub.Sessions;

/// <summary>A backend's connection from its upgrade to its end: handshake, session, close.</summary>
internal sealed class BackendConnections(
    Handshake handshake, SessionRegistry registry, FailureThrottle throttle, ReauthenticationFactory reauthentications, Drain drain,
    IOptionsMonitor<SessionsOptions> sessions, OutboundDialing dialing, StreamRunner runner, HubBandwidth bandwidth,
    SessionsMetrics metrics, DatagramMetrics datagrams, TimeProvider time, ILogger<BackendConnections> logger) : IUpgradeHandler
{
    public async Task ServeAsync(UpgradedConnection connection)
    {
        using var messages = new WebSocketMessageReader(connection.Transport, WebSocketRole.Server, Handshake.MaxMessageSize, connection.Received) { MaxBufferSize = Handshake.MaxBufferSize };
        var writer = new SessionWriter(connection.Transport, new() { Role = WebSocketRole.Server, Holding = connection.Line.Socket }, time);
        await using var closing = new ConnectionClosing(connection.Transport, connection.Request.Abort, writer, time);
        await using var reader = new SessionReader(messages, writer, time);
        var result = throttle.IsBlocked(connection.Source) ? new(HandshakeOutcome.Throttled) : await handshake.RunAsync(reader, writer, drain.Started);
        if (result.IsAccepted)
        {
            messages.MaxMessageSize = DataFrame.MaxMessageSize;
            messages.MaxBufferSize = int.MaxValue;
            var reauthentication = reauthentications.Create(result.Identity, result.Terms);
            await using var session = new BackendSession(
                result.Identity, writer, reader, reauthentication, sessions, dialing, runner, bandwidth.OpenBackend(), datagrams, time);
            var added = registry.Add(session);
            if (added == HandshakeOutcome.Accepted)
            {
                connection.Pending.Authenticated();
                Count(connection, result);
                await ServeAsync(connection, session, closing);
                return;
            }

            result = new(added);
        }

        Count(connection, result);
        if (result.ToClose() is { } close) writer.Close(close.Code, close.Text);
        closing.IsOrderly = result.Outcome != HandshakeOutcome.PeerLeft || reader.PeerCloseCode is not null;
    }

    private async Task ServeAsync(UpgradedConnection connection, BackendSession session, ConnectionClosing closing)
    {
        var began = time.GetTimestamp();
        var end = SessionEnd.Fault; // stays if the session throws
        metrics.SessionBegan();
        SessionsLog.Began(logger, connection.Request.TraceIdentifier, session.Identity.Routes.Count);
        try
        {
            end = await session.RunAsync(closing.Writing);
            closing.IsOrderly = end is not (SessionEnd.PeerVanished or SessionEnd.WriteTimeout or SessionEnd.ControlOverflow);
        }
        finally
        {
            session.Decide(end);
            registry.Remove(session);
            metrics.SessionEnded(end, time.GetElapsedTime(began));
            SessionsLog.Ended(logger, connection.Request.TraceIdentifier, end);
        }
    }

    private void Count(UpgradedConnection connection, HandshakeResult result)
    {
        if (result.IsFailure()) throttle.Failed(connection.Source);
        else if (result.IsAccepted) throttle.Succeeded(connection.Source);
        metrics.Handshake(result.Outcome, result.Refusal?.Word);
        SessionsLog.Handshake(logger, connection.Request.TraceIdentifier, result.Outcome, result.Refusal?.Word);
    }
}
