using Nexus.Protocol.Multiplexing;

namespace Nexus.Client.Streams;

/// <summary>
/// How many data frames the hub takes for one stream (spec/client.md §8.1): what <c>connect</c> brought, plus grants. A hub
/// that brought none counts nothing, and the stream is unlimited for good.
/// </summary>
internal sealed class ClientCredits(long initial) : ISendCredits
{
    /// <summary>The balance never exceeds this, whatever is granted.</summary>
    public const long Cap = 1 << 20;

    private long _balance = Math.Clamp(initial, 0, Cap);

    /// <summary>Whether the hub does not count.</summary>
    public bool IsUnlimited { get; } = initial <= 0;

    public bool CanSend => IsUnlimited || _balance > 0;

    public int Take(int frames)
    {
        if (IsUnlimited) return frames;
        var taken = (int)Math.Min(frames, _balance);
        _balance -= taken;
        return taken;
    }

    public void Return(int frames)
    {
        if (!IsUnlimited) _balance = Math.Min(Cap, _balance + frames);
    }

    public void Grant(long credits)
    {
        if (!IsUnlimited && credits > 0) _balance = Math.Min(Cap, _balance + Math.Min(credits, Cap));
    }
}
