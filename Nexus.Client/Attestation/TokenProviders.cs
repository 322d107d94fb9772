using Microsoft.Extensions.Logging;

namespace Nexus.Client.Attestation;

/// <summary>Chooses the token provider that the options describe: a command wins over a secret.</summary>
internal static class TokenProviders
{
    /// <exception cref="NexusTokenException">The secret's file cannot be read, or is empty.</exception>
    public static INexusTokenProvider Create(NexusAttestationOptions options, Func<CancellationToken, ValueTask<ReadOnlyMemory<byte>>>? secret, ILogger logger, TimeProvider time)
    {
        INexusTokenProvider provider = string.IsNullOrWhiteSpace(options.Command)
            ? new HmacTokenProvider(options, secret ?? ReadSecret(options, logger), time)
            : new CommandTokenProvider(new AttestationCommand(options, logger, time));
        var lifetime = CachedTokenProvider.LifetimeFrom(options);
        return lifetime > TimeSpan.Zero ? new CachedTokenProvider(provider, lifetime, time) : provider;
    }

    private static Func<CancellationToken, ValueTask<ReadOnlyMemory<byte>>> ReadSecret(NexusAttestationOptions options, ILogger logger)
    {
        var secret = new HmacSecret(options, logger);
        return _ => ValueTask.FromResult(secret.Read());
    }
}
