using Microsoft.Extensions.Options;

namespace Nexus.Edge.Peeking;

/// <summary>Bounds the peeks in flight. A slot is held while the first bytes are read, not for the connection's life.</summary>
internal sealed class PeekSlots(IOptions<PeekOptions> options)
{
    private readonly int _limit = options.Value.MaxConcurrentPeeks;
    private int _taken;

    public bool TryTake()
    {
        if (Interlocked.Increment(ref _taken) <= _limit || _limit == PeekOptions.Unlimited) return true;
        Release();
        return false;
    }

    public void Release() => Interlocked.Decrement(ref _taken);
}
