using Nexus.Protocol.Backend;
using Nexus.Protocol.Multiplexing;

namespace Nexus.Client.Streams;

/// <summary>
/// Tells the hub how much of a stream the local side has taken: credits in batches, and a pause when too much waits
/// (spec/client.md §8.2–8.3). Every received frame is counted exactly once, dropped ones too.
/// </summary>
/// <param name="lane">Where the messages go.</param>
/// <param name="limits">The water marks.</param>
/// <param name="waiting">How many frames wait for the local side.</param>
/// <param name="isTooMuch">Whether they hold more memory than this stream may at present; false when none waits.</param>
internal sealed class ForwardGrants(SendLane lane, NexusFlowControlOptions limits, Func<int> waiting, Func<bool> isTooMuch)
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

    /// <summary>
    /// A frame was queued. What waits is counted here and not before: whoever takes it comes to <see cref="Consumed"/> after, so
    /// that no pause is left behind that nothing lifts.
    /// </summary>
    public void Queued()
    {
        lock (_lock)
        {
            if (_paused || (waiting() < limits.HighWaterMark && !isTooMuch())) return;
            _paused = true;
            lane.PausePeer();
        }
    }

    /// <summary>Frames were taken or dropped.</summary>
    public void Consumed(int frames)
    {
        lock (_lock)
        {
            _consumed.Consume(frames);
            if (_consumed.TryTake(out var credits)) lane.Grant(credits);
            if (!_paused || waiting() > limits.LowWaterMark) return;
            _paused = false;
            lane.ResumePeer();
        }
    }
}
