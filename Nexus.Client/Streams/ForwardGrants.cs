using Nexus.Protocol.Backend;
using Nexus.Protocol.Multiplexing;

namespace Nexus.Client.Streams;

/// <summary>
/// Tells the hub how much of a stream the local side has taken: credits in batches, and a pause when too much waits
/// (spec/client.md §8.2–8.3). Every received frame is counted exactly once, dropped ones too.
/// </summary>
internal sealed class ForwardGrants(SendLane lane, NexusFlowControlOptions limits)
{
    private readonly Lock _lock = new();
    private ReplenishCounter _consumed;
    private bool _paused;

    /// <summary>The first grant, which makes the hub count.</summary>
    public void Open() => lane.Grant(limits.MaxBuffer);

    /// <summary>Whether the hub was asked to pause.</summary>
    public bool IsPaused
    {
        get { lock (_lock) return _paused; }
    }

    /// <summary>A frame was queued; so many wait now.</summary>
    /// <param name="waiting">Frames.</param>
    /// <param name="isTooMuch">Whether they hold more memory than this stream may at present.</param>
    public void Queued(int waiting, bool isTooMuch)
    {
        lock (_lock)
        {
            if (_paused || (waiting < limits.HighWaterMark && !isTooMuch)) return;
            _paused = true;
            lane.PausePeer();
        }
    }

    /// <summary>Frames were taken or dropped; so many wait still.</summary>
    public void Consumed(int frames, int waiting)
    {
        lock (_lock)
        {
            _consumed.Consume(frames);
            if (_consumed.TryTake(out var credits)) lane.Grant(credits);
            if (!_paused || waiting > limits.LowWaterMark) return;
            _paused = false;
            lane.ResumePeer();
        }
    }
}
