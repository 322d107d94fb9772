namespace Nexus.Protocol.Multiplexing;

/// <summary>
/// The memory of many streams for frames that their sinks do not take. While little of it is used every stream has its whole window. The less
/// is left, the less may one stream hold before it is paused, and from half on windows are narrow; above another limit those that hold
/// most may be ended.
/// </summary>
/// <param name="pauseAbove">Bytes that the streams should not hold more of together, at least 0. They do by what was on its way, and by a small share each.</param>
/// <param name="endAbove">Bytes in use above which streams may be ended.</param>
public sealed class ReceiveBudget(long pauseAbove, long endAbove)
{
    private const int PartOfRest = 8;
    private const long SmallShare = 128 * 1024; // 4 frames: a user who reads goes on with that

    private long _used;
    private int _holders;

    /// <summary>Bytes that the streams hold together.</summary>
    public long Used => Interlocked.Read(ref _used);

    /// <summary>Whether memory is short, so that less should be under way.</summary>
    public bool IsTight => Used > pauseAbove / 2;

    /// <summary>Whether a stream that holds so many bytes should be paused. Nobody who holds none.</summary>
    public bool IsTooMuch(long held) => held > (pauseAbove - Used) / PartOfRest && held > Math.Min(SmallShare, pauseAbove / Holders);

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
