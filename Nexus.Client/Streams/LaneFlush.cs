using Nexus.Protocol.Multiplexing;

namespace Nexus.Client.Streams;

/// <summary>The last delivery to a local side whose user has left.</summary>
internal static class LaneFlush
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    /// <summary>Delivers what waits for the local side, as long as it takes something every 10 s.</summary>
    public static async Task FlushAsync(this ReceiveLane lane, Task receiving, TimeProvider time, CancellationToken sessionEnded)
    {
        lane.Complete();
        for (var delivered = -1L; delivered != lane.BytesDelivered;)
        {
            delivered = lane.BytesDelivered;
            try
            {
                await receiving.WaitAsync(s_patience, time, sessionEnded).ConfigureAwait(false);
                return;
            }
            catch (TimeoutException)
            {
                // Another round if something moved.
            }
        }
    }
}
