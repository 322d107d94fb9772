using System.Net.Sockets;
using Nexus.Client.LocalRouting;
using Nexus.Client.Outbound;
using Nexus.Client.Streams;
using Nexus.Protocol.Channels;

namespace Nexus.Client.Socks5;

/// <summary>One application's connection: handshake, the hub's answer, then a stream.</summary>
internal sealed class Socks5Connection(Socket socket, OutboundConnector connector, TimeProvider time)
{
    private static readonly TimeSpan s_handshakeLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(1);

    private readonly Socks5Handshake _handshake = new(socket);

    /// <summary>Null when nothing was asked of the hub; else its answer, whose stream may still be running and owns the socket then.</summary>
    public async Task<OutboundAnswer?> ServeAsync(CancellationToken stopping)
    {
        try
        {
            if (await ReadRequestAsync(stopping).ConfigureAwait(false) is not { } target)
            {
                await SayGoodbyeAsync(stopping).ConfigureAwait(false);
                return null;
            }

            var answer = await connector.ConnectAsync(target, OpenAsync, stopping).ConfigureAwait(false);
            if (answer.Outcome == OutboundOutcome.Connected) return answer;
            await _handshake.ReplyAsync(answer.Outcome == OutboundOutcome.Refused ? Socks5Reply.ConnectionRefused : Socks5Reply.GeneralFailure, CancellationToken.None).ConfigureAwait(false);
            await SayGoodbyeAsync(stopping).ConfigureAwait(false);
            return answer;
        }
        catch (Exception ex) when (ex is SocketException or ObjectDisposedException || (ex is OperationCanceledException && stopping.IsCancellationRequested))
        {
            socket.Dispose(); // the application has left, or the client stops
            return null;
        }
    }

    private async Task<OutboundAddress?> ReadRequestAsync(CancellationToken stopping)
    {
        using var limit = new CancellationTokenSource(s_handshakeLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping);
        try
        {
            return await _handshake.ReadRequestAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>The hub is connected: the application hears it before the first byte of the target.</summary>
    private async Task<OpenedLocal> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _handshake.ReplyAsync(Socks5Reply.Succeeded, cancellationToken).ConfigureAwait(false);
            return OpenedLocal.Opened(new SocketChannel(socket));
        }
        catch (Exception ex) when (ex is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            socket.Dispose();
            return OpenedLocal.Failed(StreamEnd.LocalFailed);
        }
    }

    /// <summary>Closing a socket with unread bytes in it would take the reply back, so they are read first, for a moment.</summary>
    private async Task SayGoodbyeAsync(CancellationToken stopping)
    {
        using var limit = new CancellationTokenSource(s_farewell, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping);
        var rest = new byte[1_024];
        try
        {
            socket.Shutdown(SocketShutdown.Send);
            while (await socket.ReceiveAsync(rest, either.Token).ConfigureAwait(false) > 0)
            {
                // Until the application closes, too.
            }
        }
        catch (Exception ex) when (ex is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // It has gone, or does not mind.
        }
        finally
        {
            socket.Dispose();
        }
    }
}
