namespace Nexus.Client.Streams;

/// <summary>
/// Keeps the last message of a stream back until the hub has passed (nearly) all data on to the user: hubs of the original
/// kind drop what they still hold when they are told that the stream has ended (spec/client.md §8.1, tail truncation).
/// </summary>
internal sealed class HoldBack(TimeProvider time)
{
    /// <summary>The hub acknowledges in eights, so up to this many delivered frames stay unacknowledged.</summary>
    private const int NeverAcknowledged = 7;

    /// <summary>Frames whose delivery is estimated after the last acknowledgement: those seven, and one being written.</summary>
    private const int Estimated = 8;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_estimateLimit = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _acknowledged = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _granted;
    private long _awaited = long.MaxValue;
    private long _firstGrant;
    private long _lastGrant;
    private long _grantedSinceFirst;

    /// <summary>A grant of the hub: so many frames have been delivered.</summary>
    public void Granted(long credits)
    {
        if (credits <= 0) return;
        lock (_lock)
        {
            _lastGrant = time.GetTimestamp();
            if (_granted == 0) _firstGrant = _lastGrant;
            else _grantedSinceFirst += credits;
            _granted += credits;
            if (_granted >= _awaited) _acknowledged.TrySetResult();
        }
    }

    /// <summary>Waits until the frames are delivered as far as one can know, or 30 s, or until <paramref name="givenUp"/> completes.</summary>
    /// <param name="framesSent">Data frames of the stream that were sent in all.</param>
    /// <param name="givenUp">Completes when the end need not be kept back any more.</param>
    /// <param name="cancellationToken">The session's end.</param>
    public async Task WaitAsync(long framesSent, Task givenUp, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _awaited = framesSent - NeverAcknowledged;
            if (_granted >= _awaited) _acknowledged.TrySetResult();
        }

        try
        {
            await Task.WhenAny(_acknowledged.Task, givenUp).WaitAsync(s_limit, time, cancellationToken).ConfigureAwait(false);
            if (!givenUp.IsCompleted && EstimateRest() is { Ticks: > 0 } rest) await givenUp.WaitAsync(rest, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Long enough: a user that stands still does not keep the local side waiting for ever.
        }
    }

    private TimeSpan EstimateRest()
    {
        lock (_lock)
        {
            if (_grantedSinceFirst == 0) return TimeSpan.Zero;
            var rest = time.GetElapsedTime(_firstGrant, _lastGrant) / _grantedSinceFirst * Estimated;
            return rest < s_estimateLimit ? rest : s_estimateLimit;
        }
    }
}
