namespace Nexus.Client.Streams;

/// <summary>When bytes last moved, and which way: tells whether a stream may be ended when the client stops.</summary>
internal sealed class StreamActivity(TimeProvider time)
{
    /// <summary>After an answer: the next request would have come.</summary>
    private static readonly TimeSpan s_afterAnswer = TimeSpan.FromSeconds(1);

    /// <summary>After bytes of the user: the local service may be working on its answer.</summary>
    private static readonly TimeSpan s_afterRequest = TimeSpan.FromSeconds(10);

    private readonly DateTimeOffset _opened = time.GetUtcNow();
    private long _last = time.GetTimestamp();
    private long _lastSign = time.GetTimestamp();
    private long _bytesSent;
    private volatile bool _userWasLast;

    public DateTimeOffset Opened => _opened;

    public DateTimeOffset LastSign => time.GetUtcNow() - Quiet;

    /// <summary>A sign of life that moves no bytes.</summary>
    public void Sign() => Volatile.Write(ref _lastSign, time.GetTimestamp());

    public void FromUser()
    {
        Moved();
        _userWasLast = true;
    }

    /// <summary>Looks whether bytes for the user have left since the last look.</summary>
    public void Observe(long bytesSent)
    {
        if (bytesSent == _bytesSent) return;
        _bytesSent = bytesSent;
        Moved();
        _userWasLast = false;
    }

    /// <summary>When something last moved, or the hub last showed that it knows the stream.</summary>
    public TimeSpan Quiet => time.GetElapsedTime(Volatile.Read(ref _lastSign));

    /// <summary>Whether nothing is under way.</summary>
    public bool IsIdle(long bytesSent)
    {
        Observe(bytesSent);
        return time.GetElapsedTime(Volatile.Read(ref _last)) >= (_userWasLast ? s_afterRequest : s_afterAnswer);
    }

    private void Moved()
    {
        var now = time.GetTimestamp();
        Volatile.Write(ref _last, now);
        Volatile.Write(ref _lastSign, now);
    }
}
