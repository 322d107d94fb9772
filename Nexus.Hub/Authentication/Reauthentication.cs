using System.Security.Cryptography;
using System.Threading.Channels;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Multiplexing;

namespace Nexus.Hub.Authentication;

/// <summary>Asks a session's backend for a fresh token from time to time (spec/node.md §1.10). Traffic goes on meanwhile.</summary>
internal sealed class Reauthentication(
    BackendIdentity identity, SessionTerms terms, TokenValidator validator, ClaimPolicy policy, TimeProvider time)
{
    private const double LongestStretch = 0.2; // the interval is drawn from [1.0, 1.2), so that backends do not answer in step

    private readonly Channel<byte[]> _answers =
        Channel.CreateBounded<byte[]>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

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
                if (await AskAsync(writer, cancellationToken) is { } end) return end;
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
            var verdict = await validator.ValidateAsync(token, link.Token);
            if (!verdict.IsGenuine) return ReauthenticationEnd.Refused;
            if (!HandshakeRules.CheckAgain(verdict.Claims, nonce, policy, identity.Granted, out var renewed, out _)) return ReauthenticationEnd.Refused;
            terms = renewed;
            return null;
        }
        catch (OperationCanceledException) when (grace.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
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
}
