using System.Security.Cryptography;
using System.Threading.Channels;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Multiplexing;

namespace Nexus.Hub.Authentication;

/// <summary>
/// Asks a session's backend for a fresh token from time to time (spec/node.md §1.10), later while its authorizer is down (§1.11).
/// Traffic goes on meanwhile.
/// </summary>
internal sealed class Reauthentication(
    BackendIdentity identity, SessionTerms terms, CurrentAuthentication current, TokenValidator validator, AuthorizerStatus status,
    AuthenticationMetrics metrics, TimeProvider time)
{
    private const double LongestStretch = 0.2; // the interval is drawn from [1.0, 1.2), so that backends do not answer in step

    private readonly Channel<byte[]> _answers =
        Channel.CreateBounded<byte[]>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private TimeSpan _deferred; // since the authorizer was last seen healthy
    private volatile bool _isAsking;

    /// <summary>A text message from the backend: the first one after a challenge counts, all others are ignored.</summary>
    public void OnToken(ReadOnlySpan<byte> token)
    {
        if (_isAsking && token.Length <= BackendToken.MaxSize) _answers.Writer.TryWrite(token.ToArray());
    }

    /// <summary>Runs as long as the terms ask for it.</summary>
    public async Task<ReauthenticationEnd> RunAsync(SessionWriter writer, CancellationToken cancellationToken)
    {
        try
        {
            while (terms.ReauthenticationInterval is { } interval)
            {
                await Task.Delay(Stretch(interval), time, cancellationToken);
                if (terms.AuthorizerStatus is { } address) await DeferAsync(address, interval, cancellationToken);
                var end = await AskAsync(writer, cancellationToken);
                if (end is not null) return end.Value;
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The session has ended.
        }

        return ReauthenticationEnd.Cancelled;
    }

    internal static TimeSpan Stretch(TimeSpan interval) =>
        interval * (1 + (LongestStretch * RandomNumberGenerator.GetInt32(1 << 20) / (1 << 20)));

    /// <summary>While the authorizer is down its backends cannot get tokens: waits until it is up, or the cap is used up.</summary>
    private async Task DeferAsync(Uri address, TimeSpan interval, CancellationToken cancellationToken)
    {
        var cap = terms.MaintenanceCap ?? current.Value.Options.MaintenanceGraceDefault;
        while (await status.CheckAsync(address, cancellationToken) != AuthorizerHealth.Healthy)
        {
            var left = cap - _deferred;
            if (left <= TimeSpan.Zero) return;
            var wait = Min(Stretch(Min(interval, left)), left);
            await Task.Delay(wait, time, cancellationToken);
            _deferred += wait;
        }

        _deferred = TimeSpan.Zero;
    }

    /// <summary>Null when the answer was accepted; its terms are the new ones.</summary>
    private async Task<ReauthenticationEnd?> AskAsync(SessionWriter writer, CancellationToken cancellationToken)
    {
        var nonce = ChallengeMessage.NewNonce();
        using var grace = new CancellationTokenSource(terms.ReauthenticationGrace, time);
        using var link = CancellationTokenSource.CreateLinkedTokenSource(grace.Token, cancellationToken);
        _isAsking = true;
        try
        {
            writer.PostText(ChallengeText.Of(new(ChallengeKind.Reauthentication, nonce)));
            var token = await _answers.Reader.ReadAsync(link.Token);
            // The grace is the backend's to answer; whoever checks the answer has a limit of its own.
            var verdict = await validator.ValidateAsync(token, cancellationToken);
            var refusal = verdict.IsGenuine ? Check(verdict.Claims, verdict.KeyId, nonce) : verdict.Refusal;
            metrics.Reauthenticated(refusal?.Word ?? "accepted");
            return refusal is null ? null : ReauthenticationEnd.Refused;
        }
        catch (OperationCanceledException) when (grace.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            metrics.Reauthenticated("timed_out");
            return ReauthenticationEnd.TimedOut;
        }
        finally
        {
            _isAsking = false;
            while (_answers.Reader.TryRead(out _))
            {
                // Extra answers that arrived while one was looked at.
            }
        }
    }

    /// <summary>Null when the claims are in order; then their terms are the new ones.</summary>
    private TokenRefusal? Check(BackendClaims claims, string? keyId, string nonce)
    {
        var settings = current.Value;
        if (!HandshakeRules.CheckAgain(claims, nonce, settings.Policy, identity.Granted, out var renewed, out var refusal)) return TokenRefusal.Of(refusal);
        var ownership = settings.CheckOwnership(claims.Subject, keyId, identity.Routes);
        if (ownership == OwnershipRefusal.None && settings.Options.NameConflicts == NameConflicts.FirstOwnerOnly && (claims.Subject ?? "") != identity.Owner)
        {
            ownership = OwnershipRefusal.OwnerChanged;
        }

        if (ownership != OwnershipRefusal.None) return TokenRefusal.Of(ownership);
        terms = renewed;
        _deferred = TimeSpan.Zero;
        return null;
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
