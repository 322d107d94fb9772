using Nexus.Protocol.Backend;
using Nexus.Protocol.Channels;
using Nexus.Protocol.Multiplexing;

namespace Nexus.Benchmarks.Siblings;

/// <summary>A stream's two lanes and its grants.</summary>
internal sealed class EngineStream : IAsyncDisposable
{
    private const int MaxQueuedFrames = 128; // as a hub allows

    private readonly SendLane _send;
    private readonly ReceiveLane _receive;
    private readonly IByteChannel _local;
    private readonly Task _running;
    private ReplenishCounter _consumed;

    public EngineStream(StreamId id, SessionWriter writer, IByteChannel local, ISendCredits credits, CancellationToken stop)
    {
        _local = local;
        _send = new(writer, id, local, credits);
        _receive = new(local, MaxQueuedFrames, OnConsumed);
        _running = Task.WhenAll(_send.RunAsync(stop), _receive.RunAsync(stop));
    }

    /// <summary>Tells the other end of the stream, if it does not know; to be called when this end can be found by what answers.</summary>
    public void Open(ControlMessage? opening = null)
    {
        if (opening is { } message) _send.Open(message);
        else _send.OpenSilently();
    }

    /// <summary>Whether this end has bytes and no credit for them.</summary>
    public bool IsStuck => _send.IsWaitingForCredit;

    public void Grant(int credits) => _send.Grant(credits);

    public void OnData(ReadOnlySpan<byte> payload) => _receive.Deliver(payload);

    public void OnGrant(long credits) => _send.AddCredits(credits);

    public async ValueTask DisposeAsync()
    {
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _local.DisposeAsync();
    }

    private void OnConsumed(int frames)
    {
        _consumed.Consume(frames);
        if (_consumed.TryTake(out var credits)) _send.Grant(credits);
    }
}
