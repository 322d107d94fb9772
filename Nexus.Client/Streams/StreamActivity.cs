namespace Nexus.Client.Streams;

/// <summary>When bytes last moved, and which way: tells whether a stream may be ended when the client stops.</summary>
internal sealed class StreamActivity(TimeProvider time)
{
    /// <summary>After an answer: the next request would have come.</summary>
    private static readonly TimeSpan s_afterAnswer = TimeSpan.FromSeconds(1);

    /// <summary>After bytes of the user: the local service may be working on its answer.</summary>
    private static readonly TimeSpan s_afterRequest = TimeSpan.FromSeconds(10);

    private long _last = time.GetTimestamp();
    private long _bytesSent;
    private volatile bool _userWasLast;

    public void FromUser()
    {
        Volatile.Write(ref _last, time.GetTimestamp());
        _userWasLast = true;
    }

    /// <summary>Looks whether bytes for the user have left since the last look.</summary>
    public void Observe(long bytesSent)
    {
        if (bytesSent == _bytesSent) return;
        _bytesSent = bytesSent;
        Volatile.Write(ref _last, time.GetTimestamp());
        _userWasLast = false;
    }

    public bool IsIdle => time.GetElapsedTime(Volatile.Read(ref _last)) >= (_userWasLast ? s_afterRequest : s_afterAnswer);
}
