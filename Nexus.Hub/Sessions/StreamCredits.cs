using Nexus.Protocol.Backend;
using Nexus.Protocol.Multiplexing;

namespace Nexus.Hub.Sessions;

/// <summary>The hub's exact accounting of what a backend can still take of one stream (spec/node.md §2.7).</summary>
internal sealed class StreamCredits : ISendCredits
{
    private CreditWindow _window;
    private volatile bool _isUnlimited;

    // Its own constructor opens the window; the default value is a closed one.
    public StreamCredits() => _window = new CreditWindow();

    public bool CanSend => _isUnlimited || _window.CanSend;

    public int Take(int frames)
    {
        if (_isUnlimited) return frames;
        var taken = 0;
        while (taken < frames && _window.TryTake()) taken++;
        return taken;
    }

    public void Return(int frames)
    {
        for (var i = 0; i < frames; i++) _window.Return();
    }

    public void Grant(long credits) => _window.Grant(credits);

    /// <summary>The backend does not count credits; only its pauses hold the stream. May be called from anywhere.</summary>
    public void SetUnlimited() => _isUnlimited = true;
}
