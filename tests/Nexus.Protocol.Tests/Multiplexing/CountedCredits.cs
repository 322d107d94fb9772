using Nexus.Protocol.Multiplexing;

namespace Nexus.Protocol.Tests.Multiplexing;

/// <summary>A plain counter of credits.</summary>
internal sealed class CountedCredits(long balance) : ISendCredits
{
    public bool CanSend => balance > 0;

    public int Take(int frames)
    {
        var taken = (int)Math.Min(frames, balance);
        balance -= taken;
        return taken;
    }

    public void Return(int frames) => balance += frames;

    public void Grant(long credits) => balance = long.CreateSaturating((Int128)balance + credits);
}
