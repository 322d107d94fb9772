using System.Net.Security;
using Microsoft.AspNetCore.Connections;
using Nexus.Protocol.Channels;
using Nexus.Protocol.Tls;
using Nexus.WebSocketHosting.Listening;

namespace Nexus.WebSocketHosting.Transport;

/// <summary>TLS on a connection, as connection middleware: what follows it runs inside.</summary>
internal sealed class LineTls(IWebSocketGate gate, TimeProvider time)
{
    /// <summary>RFC 8737 §3: what a client offers that wants a proof and nothing else.</summary>
    private static readonly SslApplicationProtocol s_proof = new("acme-tls/1");

    /// <summary>For the goodbye of a connection whose peer may have stopped reading.</summary>
    private static readonly TimeSpan s_goodbye = TimeSpan.FromSeconds(1);

    public async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (connection.Features.Get<LineConnection>() is not { } line) throw new InvalidOperationException("The connection came by another transport.");
        var tap = gate.Proofs is null ? null : new HelloTap(line.Socket);
        await using var tls = new SslStream((Stream?)tap ?? line.Socket, leaveInnerStreamOpen: true);
        if (!await TryAuthenticateAsync(tls, tap))
        {
            line.Abort();
            return;
        }

        if (tls.NegotiatedApplicationProtocol == s_proof)
        {
            await SayGoodbyeAsync(tls); // the handshake was all
            return;
        }

        SharedLine.Prepare(line.Socket.Channel.Socket);
        line.Secure(tls);
        await next(connection);
        await SayGoodbyeAsync(tls);
    }

    /// <summary>Strangers fail here all day: that is no error of ours.</summary>
    private async ValueTask<bool> TryAuthenticateAsync(SslStream tls, HelloTap? tap)
    {
        using var limit = new CancellationTokenSource(gate.Terms.TlsHandshakeTimeout, time);
        try
        {
            if (tap is null) await tls.AuthenticateAsServerAsync(gate.ForHandshake(), limit.Token);
            else await tls.AuthenticateAsServerAsync((_, hello, _, cancellationToken) => ChooseAsync(tap, hello, cancellationToken), state: null, limit.Token);
            return true;
        }
        catch (Exception) // the owner of the handshake: the runtime's parser throws whatever it likes at a stranger's bytes (an empty hello: IndexOutOfRangeException)
        {
            return false;
        }
    }

    private ValueTask<SslServerAuthenticationOptions> ChooseAsync(HelloTap tap, SslClientHelloInfo hello, CancellationToken cancellationToken) =>
        gate.Proofs is { } proofs && ClientHelloAlpn.TryFindFirst(tap.Finish(), out var protocol) && protocol.SequenceEqual(s_proof.Protocol.Span)
            ? proofs(hello.ServerName, cancellationToken)
            : new(gate.ForHandshake());

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
