using Microsoft.Extensions.Logging;

namespace Nexus.Client.Attestation;

/// <summary>Chooses the token provider that the options describe: a command wins over a secret.</summary>
internal static class TokenProviders
{
    /// <exception cref="NexusTokenException">The secret's file cannot be read, or is empty.</exception>
    public static INexusTokenProvider Create(NexusAttestationOptions options, ILogger logger, TimeProvider time)
    {
        INexusTokenProvider provider = string.IsNullOrWhiteSpace(options.Command)
            ? new HmacTokenProvider(options, HmacSecret.Read(options), time)
            : new CommandTokenProvider(new AttestationCommand(options, logger, time));
        var lifetime = CachedTokenProvider.LifetimeFrom(options);
        return lifetime > TimeSpan.Zero ? new CachedTokenProvider(provider, lifetime, time) : provider;
    }
}
