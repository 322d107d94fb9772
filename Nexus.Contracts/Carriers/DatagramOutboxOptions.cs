namespace Nexus.Contracts.Carriers;

/// <summary>Bounds of a <see cref="DatagramOutbox"/>.</summary>
public sealed record DatagramOutboxOptions
{
    /// <summary>Bytes that may wait while the other side takes nothing, twice: one batch is on its way while the next is filled.</summary>
    public int MaxBytes { get; init; } = 1024 * 1024;

    /// <summary>The same of one flow, so that one that sends without end leaves room for the others; at least one datagram fits.</summary>
    public int MaxBytesPerFlow { get; init; } = 128 * 1024;
}
