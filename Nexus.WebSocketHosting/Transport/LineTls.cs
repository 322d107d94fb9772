using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Connections;
using Nexus.Protocol.Channels;
using Nexus.WebSocketHosting.Listening;

namespace Nexus.WebSocketHosting.Transport;

/// <summary>TLS on a connection, as connection middleware: what follows it runs inside.</summary>
internal sealed class LineTls(IWebSocketGate gate, TimeProvider time)
{
    /// <summary>For the goodbye of a connection whose peer may have stopped reading.</summary>
    private static readonly TimeSpan s_goodbye = TimeSpan.FromSeconds(1);

    public async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (connection.Features.Get<LineConnection>() is not { } line) throw new InvalidOperationException("The connection came by another transport.");
        await using var tls = new SslStream(line.Socket, leaveInnerStreamOpen: true);
        if (!await TryAuthenticateAsync(tls))
        {
            line.Abort();
            return;
        }

        SharedLine.Prepare(line.Socket.Channel.Socket);
        line.Secure(tls);
        await next(connection);
        await SayGoodbyeAsync(tls);
    }

    /// <summary>Strangers fail here all day: that is no error of ours.</summary>
    private async ValueTask<bool> TryAuthenticateAsync(SslStream tls)
    {
        using var limit = new CancellationTokenSource(gate.Terms.TlsHandshakeTimeout, time);
        try
        {
            await tls.AuthenticateAsServerAsync(gate.ForHandshake(), limit.Token);
            return true;
        }
        catch (Exception e) when (e is IOException or AuthenticationException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>RFC 8446 §6.1: without it the peer cannot tell the end from a cut.</summary>
    private async ValueTask SayGoodbyeAsync(SslStream tls)
    {
        try
        {
            await tls.ShutdownAsync().WaitAsync(s_goodbye, time);
        }
        catch (Exception e) when (e is IOException or TimeoutException or ObjectDisposedException or InvalidOperationException)
        {
            // It was cut, or is not listened to.
        }
    }
}
