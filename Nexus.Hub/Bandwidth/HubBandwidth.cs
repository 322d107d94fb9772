using Microsoft.Extensions.Options;

namespace Nexus.Hub.Bandwidth;

/// <summary>The hub's limit on what it carries, if it has one.</summary>
internal sealed class HubBandwidth(IOptions<BandwidthOptions> options, TimeProvider time) : IDisposable
{
    private const long BytesPerMegabit = 1_000_000 / 8;

    /// <summary>Null: no limit.</summary>
    public BandwidthScheduler? Scheduler { get; } =
        options.Value.TotalMegabitsPerSecond is > 0 and var limit ? new BandwidthScheduler(limit * BytesPerMegabit, time) : null;

    /// <summary>A new backend's share; null without a limit. Nothing remains of it when it is forgotten.</summary>
    public BackendBandwidth? OpenBackend() => Scheduler?.OpenBackend();

    public void Dispose() => Scheduler?.Dispose();
}
