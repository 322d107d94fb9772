using Microsoft.Extensions.Options;

namespace Nexus.Hub.Bandwidth;

/// <summary>Says in the log when the limit begins to hold traffic back, and when it no longer does.</summary>
internal sealed class BandwidthWatch(
    HubBandwidth bandwidth, BandwidthMetrics metrics, IOptions<BandwidthOptions> options, TimeProvider time, ILogger<BandwidthWatch> logger)
    : BackgroundService
{
    /// <summary>As long as the original looks back (spec/node.md §7).</summary>
    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(10);

    private const int UsedUpPercent = 95;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (bandwidth.Scheduler is not { } scheduler) return;
        BandwidthLog.Limited(logger, options.Value.TotalMegabitsPerSecond);
        metrics.Observe(scheduler);
        using var timer = new PeriodicTimer(s_period, time);
        var (charged, since, wasUsedUp) = (scheduler.Charged, time.GetTimestamp(), false);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var now = time.GetTimestamp();
            var period = time.GetElapsedTime(since, now);
            var percent = (int)(100 * (scheduler.Charged - charged) / (scheduler.BytesPerSecond * period.TotalSeconds));
            var isUsedUp = percent >= UsedUpPercent;
            if (isUsedUp && !wasUsedUp) BandwidthLog.UsedUp(logger, percent, period, scheduler.Waiting);
            if (wasUsedUp && !isUsedUp) BandwidthLog.Relaxed(logger, percent, period);
            (charged, since, wasUsedUp) = (scheduler.Charged, now, isUsedUp);
        }
    }
}
