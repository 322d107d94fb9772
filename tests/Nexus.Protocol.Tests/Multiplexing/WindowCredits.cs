using Nexus.Protocol.Backend;
using Nexus.Protocol.Multiplexing;

namespace Nexus.Protocol.Tests.Multiplexing;

/// <summary>Credits as a hub counts them.</summary>
internal sealed class WindowCredits : ISendCredits
{
    private CreditWindow _window;

    // Its own constructor opens the window.
    public WindowCredits() => _window = new CreditWindow();

    public bool CanSend => _window.CanSend;

    public int Take(int frames)
    {
        var taken = 0;
        while (taken < frames && _window.TryTake()) taken++;
        return taken;
    }

    public void Return(int frames)
    {
        for (var i = 0; i < frames; i++) _window.Return();
    }

    public void Grant(long credits) => _window.Grant(credits);
}
