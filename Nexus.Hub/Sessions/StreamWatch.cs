using Microsoft.Extensions.Options;

namespace Nexus.Hub.Sessions;

/// <summary>One clock for the limits and the byte counts of all streams, and one look at the memory they hold together.</summary>
internal sealed class StreamWatch(LiveStreams streams, SessionsMetrics metrics, IOptions<SessionsOptions> options, TimeProvider time) : BackgroundService
{
    private const long Megabyte = 1024 * 1024;
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

            ShedMemory();
        }
    }

    /// <summary>Ends the streams for which most is held until the rest is within the limit: a few slow users, not all of them a little.</summary>
    private void ShedMemory()
    {
        var excess = streams.QueuedBytes - (options.Value.MaxQueuedMegabytes * Megabyte);
        if (excess <= 0) return;
        foreach (var (stream, bytes) in streams.All.Select(stream => (Stream: stream, Bytes: stream.HeldBytes)).OrderByDescending(held => held.Bytes))
        {
            stream.Decide(StreamEnd.MemoryLimit);
            excess -= bytes;
            if (excess <= 0) return;
        }
    }
}
