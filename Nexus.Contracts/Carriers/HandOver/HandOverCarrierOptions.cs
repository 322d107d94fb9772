namespace Nexus.Contracts.Carriers.HandOver;

/// <summary>Settings of a <see cref="HandOverCarrier"/>.</summary>
public sealed class HandOverCarrierOptions
{
    /// <summary>How long a target may take to accept or refuse; as long as by gRPC.</summary>
    public TimeSpan OpenTimeout { get; init; } = new GrpcCarrierOptions().OpenTimeout;

    /// <summary>How long connecting may take; on one host it takes a moment or for ever.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>For so long a target that cannot be reached by hand-over is not tried again: its users go by gRPC.</summary>
    public TimeSpan RetryPause { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A target with users that is silent for so long is asked for a sign of life.</summary>
    public TimeSpan KeepAliveDelay { get; init; } = new GrpcCarrierOptions().KeepAliveDelay;

    /// <summary>How long that may take before its users are reset; as long as by gRPC.</summary>
    public TimeSpan KeepAliveTimeout { get; init; } = new GrpcCarrierOptions().KeepAliveTimeout;

    /// <summary>Sockets offered to one target and not answered yet; more wait, within <see cref="OpenTimeout"/>. At least 1.</summary>
    public int MaxInFlight { get; init; } = 256;
}
