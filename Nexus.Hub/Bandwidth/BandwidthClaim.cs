using Nexus.Protocol.Multiplexing;

namespace Nexus.Hub.Bandwidth;

/// <summary>One direction of one stream: at most one request at a time. Its fields belong to the scheduler's lock.</summary>
internal sealed class BandwidthClaim : IByteBudget
{
    private readonly BandwidthScheduler _scheduler;

    public BandwidthClaim(BandwidthScheduler scheduler, ShareNode parent)
    {
        _scheduler = scheduler;
        Share = new ShareNode(parent, scheduler.StreamQuantum, this);
    }

    public ShareNode Share { get; }

    /// <summary>What it waits for; 0 when it does not wait. Read without the lock: a hint for stall timers.</summary>
    public int Wanted { get; set; }

    /// <summary>What it got while it waited, and has not taken yet.</summary>
    public int Granted { get; set; }

    public Action? Resume { get; set; }

    public int TryTake(int needed, int useful, Action resume) => _scheduler.TryTake(this, needed, useful, resume);

    public void Return(int unused) => _scheduler.Return(this, unused);

    /// <summary>Nobody will ask any more: what waits or was granted goes to the others.</summary>
    public void Cancel() => _scheduler.Cancel(this);
}
