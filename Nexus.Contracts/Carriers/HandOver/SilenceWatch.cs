namespace Nexus.Contracts.Carriers.HandOver;

/// <summary>Since when an answer is due that has not come.</summary>
internal sealed class SilenceWatch(HandOverCarrierOptions options, TimeProvider time)
{
    private const long Nothing = long.MinValue;

    private long _expectedSince = Nothing;

    /// <summary>Whether nothing at all has come for the limit although something was due.</summary>
    public bool IsTooLong => IsFor(options.KeepAliveTimeout);

    /// <summary>The same for who was about to look: an offer's timeout may come a moment before.</summary>
    public bool IsNearlyTooLong => IsFor(options.KeepAliveTimeout - options.KeepAliveDelay);

    /// <summary>Something is due from now on, if it was not before.</summary>
    public void Expect() => Interlocked.CompareExchange(ref _expectedSince, time.GetTimestamp(), Nothing);

    /// <summary>Anything that comes is a sign of life.</summary>
    public void Heard() => Volatile.Write(ref _expectedSince, Nothing);

    private bool IsFor(TimeSpan limit) => Volatile.Read(ref _expectedSince) is var since and not Nothing && time.GetElapsedTime(since) >= limit;
}
