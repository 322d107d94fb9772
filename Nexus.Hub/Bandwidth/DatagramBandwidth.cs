using Nexus.Protocol.Backend;

namespace Nexus.Hub.Bandwidth;

/// <summary>The datagrams of one backend, which are dropped instead of waiting: a share of the size of one stream's.</summary>
internal sealed class DatagramBandwidth(BandwidthScheduler scheduler, ShareNode backend)
{
    private static readonly Action s_nobodyWaits = static () => { };

    private readonly Lock _gate = new();
    private readonly BandwidthClaim _claim = new(scheduler, backend);
    private int _paid; // less than two grants: what is left over is used by the next datagrams

    public bool TryCharge(int payloadBytes)
    {
        var cost = DataFrame.HeaderSize + payloadBytes;
        lock (_gate)
        {
            // Asked for ahead of need, like a stream's, or the datagrams would fall behind a round for each grant.
            if (_paid < cost + (scheduler.Grain / 2)) _paid += scheduler.TryTake(_claim, cost, Math.Max(cost, scheduler.Grain), s_nobodyWaits);
            if (_paid >= cost)
            {
                _paid -= cost;
                return true;
            }
        }

        scheduler.CountDrop();
        return false;
    }

    /// <summary>What was paid for one goes to the next ones.</summary>
    public void Refund(int payloadBytes)
    {
        lock (_gate) _paid += DataFrame.HeaderSize + payloadBytes;
    }
}
