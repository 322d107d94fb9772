using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Nexus.Client;

/// <summary>What a client works with besides its options. Everything has a default.</summary>
public sealed record NexusClientServices
{
    /// <summary>Obtains the tokens; null: as <see cref="NexusBackendOptions.Attestation"/> says.</summary>
    public INexusTokenProvider? TokenProvider { get; init; }

    /// <summary>
    /// Gives the secret that tokens are signed with, for each token anew, so that it may be rotated; wins over the secrets of
    /// <see cref="NexusBackendOptions.Attestation"/>, but not over its command. The bytes are used as they are. What it throws means
    /// that there is no token now.
    /// </summary>
    public Func<CancellationToken, ValueTask<ReadOnlyMemory<byte>>>? HmacSecret { get; init; }

    /// <summary>Decide where users go, in this order, before <see cref="NexusBackendOptions.PortMappings"/>.</summary>
    public IReadOnlyList<NexusConnectHandler> ConnectHandlers { get; init; } = [];

    /// <summary>Takes the log; secrets, host names and users' addresses are never in it above the level Debug.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Makes the meter "Nexus.Client"; null: one of the client's own.</summary>
    public IMeterFactory? MeterFactory { get; init; }
}
