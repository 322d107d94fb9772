using Nexus.Protocol.Multiplexing;

namespace Nexus.Hub.Sessions;

/// <summary>Runs a stream from its opening to its end, known to those who watch all streams.</summary>
internal sealed class StreamRunner(LiveStreams live, SessionsMetrics metrics, TimeProvider time)
{
    /// <inheritdoc cref="LiveStreams.Memory"/>
    public ReceiveBudget Memory => live.Memory;

    /// <inheritdoc cref="UserStream.RunAsync"/>
    public async Task<StreamEnd> RunAsync(UserStream stream, Task accepting, CancellationToken userGone)
    {
        var began = time.GetTimestamp();
        var end = StreamEnd.Fault; // stays if the stream throws
        live.Add(stream);
        metrics.StreamBegan();
        try
        {
            return end = await stream.RunAsync(accepting, userGone);
        }
        finally
        {
            live.Remove(stream);
            stream.Report(metrics);
            metrics.StreamEnded(end, time.GetElapsedTime(began));
        }
    }
}
