namespace Nexus.Protocol.Backend;

/// <summary>
/// Counts consumed data messages of one stream and says when to grant that many again. No credit is ever lost: what is not
/// granted stays counted. One owner at a time: not thread-safe.
/// </summary>
public struct ReplenishCounter
{
    /// <summary>Smallest grant; fewer consumed messages wait for more, without a timer.</summary>
    public const int Batch = 8;

    private long _consumed;

    /// <summary>Messages consumed and not yet granted.</summary>
    public readonly long Pending => _consumed;

    /// <summary>Whether a grant is due.</summary>
    public readonly bool IsDue => _consumed >= Batch;

    /// <summary>Counts messages whose bytes have left the buffer for good (written or dropped). Negative counts are ignored.</summary>
    public void Consume(int messages = 1) => _consumed += Math.Max(messages, 0);

    /// <summary>Takes everything that is pending, if a grant is due, to send it as <c>credits</c>.</summary>
    public bool TryTake(out long credits) => TryTake(kept: 0, out credits);

    /// <summary>The same, but keeps <paramref name="kept"/> back, so that the other side may have so many fewer under way.</summary>
    public bool TryTake(int kept, out long credits)
    {
        credits = _consumed - kept >= Batch ? _consumed - kept : 0;
        _consumed -= credits;
        return credits > 0;
    }

    /// <summary>Puts back a grant that could not be queued.</summary>
    public void Return(long credits) => _consumed += Math.Max(credits, 0);
}
