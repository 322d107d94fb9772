namespace Nexus.Mesh.Peering.Tunnels;

/// <summary>Runs tunnels, with their place in metrics and log; knows how many there are.</summary>
internal sealed class TunnelRunner(PeeringMetrics metrics, TimeProvider time, ILogger<TunnelRunner> logger)
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _empty;
    private int _count;

    /// <inheritdoc cref="Tunnel.RunAsync"/>
    public async Task<TunnelEnd> RunAsync(TunnelSide side, Tunnel tunnel, Task accepting, CancellationToken localGone)
    {
        var began = time.GetTimestamp();
        var end = TunnelEnd.Fault; // stays if the tunnel throws
        lock (_lock) _count++;
        metrics.TunnelBegan(side);
        try
        {
            return end = await tunnel.RunAsync(accepting, localGone);
        }
        finally
        {
            metrics.TunnelEnded(side, end, time.GetElapsedTime(began), tunnel);
            PeeringLog.TunnelEnded(logger, side, tunnel.Id.ToGuid(), end, tunnel.BytesSent, tunnel.BytesReceived);
            lock (_lock)
            {
                if (--_count == 0) _empty?.TrySetResult();
            }
        }
    }

    public void Refused(TunnelSide side, TunnelEnd end)
    {
        metrics.TunnelRefused(side, end);
        PeeringLog.TunnelRefused(logger, side, end);
    }

    /// <summary>Completes when no tunnel is there any more.</summary>
    public Task WhenEmptyAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_count == 0) return Task.CompletedTask;
            if (_empty is null or { Task.IsCompleted: true }) _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _empty.Task.WaitAsync(cancellationToken);
        }
    }
}
