using Microsoft.Extensions.Options;
using Nexus.Hub.Authentication;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Multiplexing;
using Nexus.Protocol.WebSockets;

namespace Nexus.Hub.Sessions;

/// <summary>Token, challenge, token (spec/node.md §1.3): the second token proves that whoever made the first is there now.</summary>
internal sealed class Handshake(
    TokenValidator validator, IOptions<AuthenticationOptions> authentication, IOptions<SessionsOptions> sessions, TimeProvider time)
{
    /// <summary>Largest message before authentication: some authorizers put quotes of tens of kilobytes into a token.</summary>
    public const int MaxMessageSize = BackendToken.MaxSize;

    private readonly SessionsOptions _options = sessions.Value;
    private readonly ClaimPolicy _policy = authentication.Value.Policy;

    public async Task<HandshakeResult> RunAsync(SessionReader reader, SessionWriter writer, CancellationToken draining)
    {
        var first = await ReceiveTokenAsync(
            reader, HandshakeOutcome.FirstTokenTimeout, HandshakeOutcome.FirstTokenNotText, HandshakeOutcome.FirstTokenRefused, draining);
        if (first.Claims is not { } claims) return first.Failure;
        if (!HandshakeRules.CheckFirst(claims, _policy, time.GetUtcNow(), out var granted, out var refusal))
        {
            return new(HandshakeOutcome.FirstTokenRefused) { Refusal = TokenRefusal.Of(refusal) };
        }

        var identity = new BackendIdentity(granted);
        if (identity.Routes.Count > _options.MaxRoutesPerSession) return new(HandshakeOutcome.TooManyRoutes);

        var nonce = ChallengeMessage.NewNonce();
        writer.PostText(ChallengeText.Of(new(ChallengeKind.Handshake, nonce)));
        var second = await ReceiveTokenAsync(
            reader, HandshakeOutcome.SecondTokenTimeout, HandshakeOutcome.SecondTokenNotText, HandshakeOutcome.SecondTokenRefused, draining);
        if (second.Claims is not { } answer) return second.Failure;
        return HandshakeRules.CheckSecond(answer, nonce, _policy, granted, out var terms, out refusal)
            ? new(HandshakeOutcome.Accepted) { Identity = identity, Terms = terms }
            : new(HandshakeOutcome.SecondTokenRefused) { Refusal = TokenRefusal.Of(refusal) };
    }

    private async Task<(BackendClaims? Claims, HandshakeResult Failure)> ReceiveTokenAsync(
        SessionReader reader, HandshakeOutcome timeout, HandshakeOutcome notText, HandshakeOutcome refused, CancellationToken draining)
    {
        using var deadline = new CancellationTokenSource(_options.TokenTimeout, time);
        using var link = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, draining);
        try
        {
            var (message, end) = await reader.ReceiveAsync(link.Token);
            if (end is { } left) return (null, new(ToOutcome(left)));
            if (message.Kind != WebSocketReceivedKind.Text) return (null, new(notText));
            var verdict = await validator.ValidateAsync(message.Payload, link.Token);
            return (verdict.Claims, new(refused) { Refusal = verdict.Refusal });
        }
        catch (OperationCanceledException) when (draining.IsCancellationRequested)
        {
            return (null, new(HandshakeOutcome.Draining));
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            return (null, new(timeout));
        }
    }

    private static HandshakeOutcome ToOutcome(SessionReaderEnd end) => end switch
    {
        SessionReaderEnd.ProtocolError or SessionReaderEnd.MessageTooBig => HandshakeOutcome.ProtocolError,
        _ => HandshakeOutcome.PeerLeft,
    };
}
