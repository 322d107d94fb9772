using System.Text;
using Nexus.Client.Configuration;

namespace Nexus.Client.Sessions;

/// <summary>Asks the provider for the tokens of one backend and checks that they can be sent.</summary>
internal sealed class TokenSource(BackendDefinition backend, INexusTokenProvider provider, ClientMetrics metrics, TimeProvider time)
{
    /// <summary>Hubs refuse larger messages.</summary>
    private const int MaxBytes = 32 * 1024;

    /// <exception cref="NexusTokenException">There is no token, whatever the provider's own way of saying so.</exception>
    public async Task<byte[]> GetAsync(NexusTokenStage stage, string? nonce, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        string? error = "token_unavailable";
        try
        {
            var token = await provider.GetTokenAsync(backend.CreateTokenRequest(stage, nonce), cancellationToken).ConfigureAwait(false);
            var bytes = Encoding.UTF8.GetBytes(token.Value.Trim());
            if (bytes.Length is 0 or > MaxBytes) throw new NexusTokenException($"The token has {bytes.Length} bytes; it must have 1 to {MaxBytes}.");
            error = null;
            return bytes;
        }
        catch (Exception ex) when (ex is not (NexusTokenException or OperationCanceledException)) // providers are foreign code
        {
            throw new NexusTokenException($"The token provider failed: {ex.GetType().Name}", ex);
        }
        finally
        {
            metrics.TokenObtained(stage, time.GetElapsedTime(started), error);
        }
    }

    public void Rejected(NexusTokenStage stage, string? reason) => provider.Rejected(stage, reason);
}
