using System.Text;
using Nexus.Client.Configuration;

namespace Nexus.Client.Sessions;

/// <summary>Asks the provider for the tokens of one backend and checks that they can be sent.</summary>
internal sealed class TokenSource(BackendDefinition backend, INexusTokenProvider provider, ClientMetrics metrics, TimeProvider time)
{
    /// <summary>Hubs refuse larger messages.</summary>
    private const int MaxBytes = 32 * 1024;
    private static readonly TimeSpan s_lastWord = TimeSpan.FromSeconds(2);

    /// <exception cref="NexusTokenException">There is no token, whatever the provider's own way of saying so.</exception>
    public async Task<byte[]> GetAsync(NexusTokenStage stage, string? nonce, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        string? error = "token_unavailable";
        try
        {
            var asking = provider.GetTokenAsync(backend.CreateTokenRequest(stage, nonce), cancellationToken).AsTask();
            await AnsweredAsync(asking, cancellationToken).ConfigureAwait(false);
            var token = await asking.ConfigureAwait(false);
            var bytes = Encoding.UTF8.GetBytes(token.Value.Trim());
            if (bytes.Length is 0 or > MaxBytes) throw new NexusTokenException($"The token has {bytes.Length} bytes; it must have 1 to {MaxBytes}.");
            error = null;
            return bytes;
        }
        catch (Exception ex) when (ex is not NexusTokenException && !(ex is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            // Providers are foreign code. A time limit of their own is a failure as well: only our token ends the asking.
            throw new NexusTokenException($"The token provider failed: {ex.GetType().Name}", ex);
        }
        finally
        {
            metrics.TokenObtained(stage, time.GetElapsedTime(started), error);
        }
    }

    /// <summary>Waits for the provider, but not for ever for one that does not mind its token: the session must be able to end.</summary>
    private async Task AnsweredAsync(Task asking, CancellationToken cancellationToken)
    {
        var answered = Task.WhenAny(asking);
        try
        {
            await answered.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!asking.IsCompleted)
        {
            // A command is being stopped: it has the time for that.
            await ((Task)answered).WaitAsync(s_lastWord, time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!asking.IsCompleted) throw;
        }
    }

    public void Rejected(NexusTokenStage stage, string? reason) => provider.Rejected(stage, reason);
}
