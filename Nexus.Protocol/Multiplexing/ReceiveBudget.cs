namespace Nexus.Protocol.Multiplexing;

/// <summary>
/// The memory of many streams for frames that their sinks do not take. While little of it is used every stream has its whole window;
/// above a limit those that hold more than their share are paused, and above another they may be ended. Others are not touched.
/// </summary>
/// <param name="pauseAbove">Bytes in use above which streams are paused, at least 0.</param>
/// <param name="endAbove">Bytes in use above which streams may be ended.</param>
public sealed class ReceiveBudget(long pauseAbove, long endAbove)
{
    private long _used;
    private int _holders;

    /// <summary>Bytes that the streams hold together.</summary>
    public long Used => Interlocked.Read(ref _used);

    /// <summary>Whether a stream that holds so many bytes should be paused.</summary>
    public bool IsTooMuch(long held) => Used > pauseAbove && held > pauseAbove / Holders;

    /// <summary>Whether a stream that holds so many bytes must end.</summary>
    public bool IsSpent(long held) => Used > endAbove && held > endAbove / Holders;

    private int Holders => Math.Max(1, Volatile.Read(ref _holders));

    /// <summary>A stream that held <paramref name="before"/> bytes holds <paramref name="now"/>.</summary>
    internal void Move(int before, int now)
    {
        if (before == now) return;
        Interlocked.Add(ref _used, now - before);
        if (before == 0 || now == 0) Interlocked.Add(ref _holders, now == 0 ? -1 : 1);
    }
}
