using Nexus.Protocol.Peering;

namespace Nexus.Protocol.Multiplexing;

/// <summary>
/// How many data messages of a tunnel may be sent (spec/node.md §5.7). Old nodes never grant anything: nothing is counted before the
/// first grant. From then on the balance is what was granted and not used, 64 at most.
/// </summary>
/// <param name="isGrantCertain">
/// Whether the other side grants for sure, as nodes do that know our extensions: then there is a window of 64 from the beginning, which
/// the first grant replaces, and nobody's queue runs over before it has come.
/// </param>
public sealed class PeerCredits(bool isGrantCertain) : ISendCredits
{
    private int _balance = PeerFrame.Window;
    private bool _isCounting = isGrantCertain;
    private bool _hasGrant;
    private bool _tookUncounted;

    /// <inheritdoc/>
    public bool CanSend => !_isCounting || _balance > 0;

    /// <inheritdoc/>
    public int Take(int frames)
    {
        _tookUncounted = !_isCounting;
        if (_tookUncounted) return frames;
        var taken = Math.Min(frames, _balance);
        _balance -= taken;
        return taken;
    }

    /// <inheritdoc/>
    public void Return(int frames)
    {
        if (!_tookUncounted) _balance = Math.Min(_balance + frames, PeerFrame.Window);
    }

    /// <inheritdoc/>
    public void Grant(long credits)
    {
        var counted = PeerFrame.CountCredits(credits);
        if (_hasGrant) _balance = Math.Min(_balance + counted, PeerFrame.Window);
        else if (_isCounting) _balance += counted - PeerFrame.Window;
        else _balance = counted;
        _hasGrant = _isCounting = true;
    }
}
