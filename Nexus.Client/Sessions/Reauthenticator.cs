using System.Threading.Channels;
using Nexus.Protocol.Multiplexing;

namespace Nexus.Client.Sessions;

/// <summary>
/// Answers the hub's re-authentication challenges beside the traffic. A newer challenge replaces an older one that is
/// still being answered; a provider that fails is asked again until the hub gives up.
/// </summary>
internal sealed class Reauthenticator(SessionWriter writer, TokenSource tokens, SessionTelemetry telemetry, TimeProvider time)
{
    private static readonly TimeSpan s_firstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_lastRetry = TimeSpan.FromSeconds(8);

    private readonly Channel<string> _nonces = Channel.CreateBounded<string>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });

    /// <summary>A challenge of the hub. Never waits.</summary>
    public void Challenge(string nonce) => _nonces.Writer.TryWrite(nonce);

    /// <summary>Answers until the session ends.</summary>
    public async Task RunAsync(CancellationToken sessionEnded)
    {
        try
        {
            while (await _nonces.Reader.WaitToReadAsync(sessionEnded).ConfigureAwait(false))
            {
                if (_nonces.Reader.TryRead(out var nonce)) await AnswerAsync(nonce, sessionEnded).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (sessionEnded.IsCancellationRequested)
        {
            // Nobody waits for an answer any more.
        }
    }

    private async Task AnswerAsync(string nonce, CancellationToken sessionEnded)
    {
        telemetry.ReauthStarted();
        var started = time.GetTimestamp();
        using var superseded = CancellationTokenSource.CreateLinkedTokenSource(sessionEnded);
        var newer = _nonces.Reader.WaitToReadAsync(superseded.Token).AsTask();
        var answering = ObtainAsync(nonce, superseded.Token);
        await Task.WhenAny(answering, newer).ConfigureAwait(false);
        var isAnswered = answering.IsCompletedSuccessfully;
        if (isAnswered) writer.PostText(await answering.ConfigureAwait(false));
        await superseded.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(answering, newer).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        telemetry.ReauthEnded(time.GetElapsedTime(started), isAnswered);
    }

    private async Task<byte[]> ObtainAsync(string nonce, CancellationToken cancellationToken)
    {
        for (var pause = s_firstRetry; ; pause = pause * 2 < s_lastRetry ? pause * 2 : s_lastRetry)
        {
            try
            {
                return await tokens.GetAsync(NexusTokenStage.Reauth, nonce, cancellationToken).ConfigureAwait(false);
            }
            catch (NexusTokenException ex)
            {
                SessionLog.ReauthTokenFailed(telemetry.Logger, telemetry.Address, ex.Message);
            }

            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
        }
    }
}
