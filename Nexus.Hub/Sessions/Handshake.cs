using Microsoft.Extensions.Options;
using Nexus.Hub.Authentication;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Multiplexing;
using Nexus.Protocol.WebSockets;

namespace Nexus.Hub.Sessions;

/// <summary>Token, challenge, token (spec/node.md §1.3): the second token proves that whoever made the first is there now.</summary>
internal sealed class Handshake(
    TokenValidator validator, CurrentAuthentication authentication, SessionRegistry registry, IOptions<SessionsOptions> sessions, TimeProvider time)
{
    /// <summary>Most bytes that are held for a stranger, whatever its frames look like.</summary>
    public const int MaxBufferSize = 64 * 1024;

    /// <summary>Largest message before authentication: some authorizers put quotes of tens of kilobytes into a token.</summary>
    public const int MaxMessageSize = MaxBufferSize - 1024;

    /// <summary>Messages that are kept while somebody else looks at a token: a client may use its session right behind the second one.</summary>
    private const int MaxHeldSize = 16 * 1024;

    private readonly SessionsOptions _options = sessions.Value;

    public async Task<HandshakeResult> RunAsync(SessionReader reader, SessionWriter writer, CancellationToken draining)
    {
        var (first, failure) = await ReceiveTokenAsync(
            reader, HandshakeOutcome.FirstTokenTimeout, HandshakeOutcome.FirstTokenNotText, HandshakeOutcome.FirstTokenRefused, draining);
        if (first.Claims is not { } claims) return failure;
        if (!HandshakeRules.CheckFirst(claims, authentication.Value.Policy, time.GetUtcNow(), out var granted, out var refusal))
        {
            return Refuse(HandshakeOutcome.FirstTokenRefused, TokenRefusal.Of(refusal));
        }

        var claimed = new BackendIdentity(granted, claims.Subject);
        if (FindObjection(claimed, first.KeyId, claims.Subject, HandshakeOutcome.FirstTokenRefused) is { } objection) return objection;

        var nonce = ChallengeMessage.NewNonce();
        writer.PostText(ChallengeText.Of(new(ChallengeKind.Handshake, nonce)));
        var result = await FinishAsync(reader, nonce, granted, draining);
        return result with { WasChallenged = true };
    }

    private async Task<HandshakeResult> FinishAsync(SessionReader reader, string nonce, ClaimSet granted, CancellationToken draining)
    {
        var (second, failure) = await ReceiveTokenAsync(
            reader, HandshakeOutcome.SecondTokenTimeout, HandshakeOutcome.SecondTokenNotText, HandshakeOutcome.SecondTokenRefused, draining);
        if (second.Claims is not { } claims) return failure;
        if (!HandshakeRules.CheckSecond(claims, nonce, authentication.Value.Policy, granted, out var terms, out var refusal))
        {
            return Refuse(HandshakeOutcome.SecondTokenRefused, TokenRefusal.Of(refusal));
        }

        // The first token may be an overheard one: whose session it is, the second says.
        var identity = new BackendIdentity(granted, claims.Subject);
        return FindObjection(identity, second.KeyId, claims.Subject, HandshakeOutcome.SecondTokenRefused)
            ?? new(HandshakeOutcome.Accepted) { Identity = identity, Terms = terms };
    }

    /// <summary>What this hub has against the claims of a token that is in order; null for nothing.</summary>
    private HandshakeResult? FindObjection(BackendIdentity identity, string? keyId, string? subject, HandshakeOutcome refused)
    {
        if (identity.Routes.Count > _options.MaxRoutesPerSession) return new(HandshakeOutcome.TooManyRoutes);
        var settings = authentication.Value;
        if (settings.CheckOwnership(subject, keyId, identity.Routes) is not OwnershipRefusal.None and var ownership) return Refuse(refused, TokenRefusal.Of(ownership));
        return registry.IsTaken(identity) ? new(HandshakeOutcome.NameTaken) : null;
    }

    private async Task<(TokenVerdict Verdict, HandshakeResult Failure)> ReceiveTokenAsync(
        SessionReader reader, HandshakeOutcome timeout, HandshakeOutcome notText, HandshakeOutcome refused, CancellationToken draining)
    {
        using var deadline = new CancellationTokenSource(_options.TokenTimeout, time);
        using var link = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, draining);
        try
        {
            var (message, end) = await reader.ReceiveAsync(link.Token);
            if (end is { } left) return (default, new(ToOutcome(left)));
            if (message.Kind != WebSocketReceivedKind.Text) return (default, new(notText));
            // Whoever checks the token has time limits of its own: a token that comes late is not checked in haste.
            return await ValidateAsync(reader, message.Payload, refused, draining);
        }
        catch (OperationCanceledException) when (draining.IsCancellationRequested)
        {
            return (default, new(HandshakeOutcome.Draining));
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            return (default, new(timeout));
        }
    }

    private async Task<(TokenVerdict Verdict, HandshakeResult Failure)> ValidateAsync(
        SessionReader reader, ReadOnlyMemory<byte> token, HandshakeOutcome refused, CancellationToken draining)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(draining);
        var validating = validator.ValidateAsync(token, stop.Token).AsTask();
        if (!validating.IsCompleted && await reader.HoldUntilAsync(validating, MaxHeldSize) is { } left)
        {
            await stop.CancelAsync();
            await ((Task)validating).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return (default, new(ToOutcome(left)));
        }

        var verdict = await validating;
        return (verdict, Refuse(refused, verdict.Refusal));
    }

    private static HandshakeResult Refuse(HandshakeOutcome outcome, TokenRefusal refusal) => new(outcome) { Refusal = refusal };

    private static HandshakeOutcome ToOutcome(SessionReaderEnd end) => end switch
    {
        SessionReaderEnd.ProtocolError or SessionReaderEnd.MessageTooBig => HandshakeOutcome.ProtocolError,
        _ => HandshakeOutcome.PeerLeft,
    };
}
