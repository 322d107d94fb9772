using Nexus.Protocol.Backend;
using Nexus.Protocol.Multiplexing;
using Nexus.Protocol.WebSockets;

namespace Nexus.Client.Sessions;

/// <summary>The two tokens at the beginning of a session. There is no answer to the second one: only time tells.</summary>
internal sealed class HubHandshake(SessionReader reader, SessionWriter writer, TokenSource tokens, TimeProvider time)
{
    private static readonly TimeSpan s_challengeLimit = TimeSpan.FromSeconds(15);

    /// <exception cref="ConnectFailedException">The hub refused, or did not keep to the protocol.</exception>
    /// <exception cref="NexusTokenException">There was no second token.</exception>
    public async Task RunAsync(byte[] handshakeToken, CancellationToken cancellationToken)
    {
        var nonce = await AskAsync(handshakeToken, cancellationToken).ConfigureAwait(false);
        writer.PostText(await tokens.GetAsync(NexusTokenStage.Attest, nonce, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>The first half: only a token that the hub accepts is answered with a challenge.</summary>
    /// <returns>The challenge's nonce.</returns>
    /// <exception cref="ConnectFailedException">The hub refused, or did not keep to the protocol.</exception>
    public Task<string> AskAsync(byte[] handshakeToken, CancellationToken cancellationToken)
    {
        writer.PostText(handshakeToken);
        return ReceiveChallengeAsync(cancellationToken);
    }

    private async Task<string> ReceiveChallengeAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(s_challengeLimit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var (message, end) = await reader.ReceiveAsync(both.Token).ConfigureAwait(false);
            if (end is { } ended) throw Refused(ended);
            if (message.Kind == WebSocketReceivedKind.Text && ChallengeMessage.TryRead(message.Payload.Span, out var challenge) && challenge.Kind == ChallengeKind.Handshake)
                return challenge.Nonce;
            throw new ConnectFailedException(NexusConnectError.ChallengeInvalid, "The hub's first message is not a handshake challenge.");
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ConnectFailedException(NexusConnectError.Timeout, $"No challenge within {s_challengeLimit.TotalSeconds:0} s.");
        }
    }

    private ConnectFailedException Refused(SessionReaderEnd end) => end switch
    {
        SessionReaderEnd.PeerClosed => CloseCodes.ToException(reader.PeerCloseCode, reader.PeerCloseReason),
        SessionReaderEnd.ProtocolError or SessionReaderEnd.MessageTooBig => new(NexusConnectError.ChallengeInvalid, $"The hub broke the WebSocket protocol ({end})."),
        _ => new(NexusConnectError.RejectedEarly, "The hub ended the connection during the handshake."),
    };
}
