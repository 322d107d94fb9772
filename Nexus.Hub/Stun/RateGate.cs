namespace Nexus.Hub.Stun;

/// <summary>
/// Lets so many pass per second and key. Keys share a fixed number of slots by their hash, so that no stranger can make it
/// grow; who shares a slot with somebody greedy is held back too, which a table larger than its users makes rare.
/// </summary>
internal sealed class RateGate(int perSecond, int slots, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly long[] _paidUntil = new long[slots]; // timestamps: what has passed is paid for until then
    private readonly long _price = Math.Max(1, time.TimestampFrequency / perSecond);

    /// <summary>Whether one more may pass. A second's worth may come at once.</summary>
    public bool TryPass(int hash)
    {
        var now = time.GetTimestamp();
        lock (_gate)
        {
            ref var paidUntil = ref _paidUntil[(uint)hash % (uint)_paidUntil.Length];
            if (paidUntil - now > time.TimestampFrequency - _price) return false;
            paidUntil = Math.Max(paidUntil, now) + _price;
            return true;
        }
    }
}
