namespace Nexus.Protocol.Multiplexing;

/// <summary>
/// Counts text and malformed control messages by the minute. The former are tokens and challenges, of which few come; each of the latter
/// costs an exception. Single ones are ignored (spec/node.md §2.1), a peer that sends nothing better is not.
/// </summary>
internal sealed class UselessMessages(TimeProvider time)
{
    private const int Limit = 1_000;
    private static readonly TimeSpan s_window = TimeSpan.FromMinutes(1);

    private long _since = time.GetTimestamp();
    private int _count;

    /// <summary>One more; true when there were too many.</summary>
    public bool Add()
    {
        if (time.GetElapsedTime(_since) >= s_window) (_since, _count) = (time.GetTimestamp(), 0);
        return ++_count > Limit;
    }
}
