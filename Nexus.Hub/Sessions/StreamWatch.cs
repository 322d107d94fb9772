namespace Nexus.Hub.Sessions;

/// <summary>One clock for the limits and the byte counts of all streams.</summary>
internal sealed class StreamWatch(LiveStreams streams, SessionsMetrics metrics, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan s_tick = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_tick, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var stream in streams.All)
            {
                stream.OnTick();
                stream.Report(metrics);
            }
        }
    }
}
