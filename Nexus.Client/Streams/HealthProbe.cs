namespace Nexus.Client.Streams;

/// <summary>
/// Asks the hub whether it still knows a stream on which nothing has moved for a while; the hub answers only for streams that
/// it knows (spec/client.md §11). At most one question is open.
/// </summary>
internal sealed class HealthProbe(NexusHealthCheckOptions options, TimeProvider time)
{
    private readonly Lock _lock = new();
    private long? _asked;

    /// <summary>The hub has shown that it knows the stream.</summary>
    public void Answered()
    {
        lock (_lock) _asked = null;
    }

    /// <summary>Looked at once per second, for the answer that is awaited.</summary>
    /// <param name="quiet">How long nothing has moved.</param>
    /// <param name="mayAsk">Whether the hub may be asked now: every 5 s.</param>
    public HealthVerdict Look(TimeSpan quiet, bool mayAsk)
    {
        if (!options.Enabled) return HealthVerdict.Fine;
        lock (_lock)
        {
            if (_asked is { } asked) return time.GetElapsedTime(asked) >= options.PongTimeout ? HealthVerdict.Lost : HealthVerdict.Fine;
            if (!mayAsk || quiet <= options.InactivityTimeout) return HealthVerdict.Fine;
            _asked = time.GetTimestamp();
            return HealthVerdict.Ask;
        }
    }
}
