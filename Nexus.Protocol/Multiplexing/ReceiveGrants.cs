using Nexus.Protocol.Backend;

namespace Nexus.Protocol.Multiplexing;

/// <summary>
/// Tells the other side how much of a stream the sink has taken: credits in batches, and a pause when too much waits
/// (spec/client.md §8.2–8.3, spec/node.md §2.8). Every received frame is counted exactly once, dropped ones too.
/// </summary>
/// <remarks>
/// A grant lifts a pause, so what is consumed during one is granted when it ends. While memory is short a part of the credits is kept
/// back, so that less is under way; with the next frame that is taken after that it is granted.
/// </remarks>
/// <param name="lane">Where the messages go.</param>
/// <param name="level">What waits.</param>
/// <param name="window">Frames that the other side may have under way, at least 1.</param>
/// <param name="pauseAt">Frames waiting at which the other side is asked to pause; memory may be the reason before.</param>
/// <param name="resumeAt">Frames waiting at which it is asked to go on, less than <paramref name="pauseAt"/>.</param>
public sealed class ReceiveGrants(SendLane lane, IReceiveLevel level, int window, int pauseAt, int resumeAt)
{
    /// <summary>Memory goes down to half of what is too much before the stream goes on.</summary>
    private const int Margin = 2;

    /// <summary>Frames under way when memory is short: more than a batch of credits, so that one is on its way while the next is consumed.</summary>
    private const int NarrowWindow = 12;

    private readonly Lock _lock = new();
    private ReplenishCounter _consumed;
    private volatile bool _paused;

    /// <summary>Whether the other side was asked to pause.</summary>
    public bool IsPaused => _paused;

    /// <summary>What the other side may send before anything was consumed. Call once.</summary>
    public int Open()
    {
        lock (_lock)
        {
            var kept = Kept;
            _consumed.Consume(kept);
            return window - kept;
        }
    }

    /// <summary>
    /// A frame was queued. What waits is counted here and not before: whoever takes it comes to <see cref="Consumed"/> after, so
    /// that no pause is left behind that nothing lifts.
    /// </summary>
    public void Queued()
    {
        if (_paused || !IsHigh) return;
        lock (_lock)
        {
            if (_paused || !IsHigh) return;
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
            if (_paused)
            {
                if (level.QueuedFrames > resumeAt || level.HoldsTooMuch(Margin)) return;
                _paused = false;
                lane.ResumePeer();
            }

            if (_consumed.TryTake(Kept, out var credits)) lane.Grant(credits);
        }
    }

    private int Kept => level.IsTight ? Math.Max(0, window - NarrowWindow) : 0;

    private bool IsHigh => level.HoldsTooMuch(1) || level.QueuedFrames >= pauseAt;
}
