namespace Nexus.Hub.Bandwidth;

/// <summary>One stream's share of its backend's share: both directions together are one user.</summary>
internal sealed class StreamBandwidth
{
    public StreamBandwidth(BandwidthScheduler scheduler, ShareNode backend)
    {
        var share = new ShareNode(backend, scheduler.StreamQuantum);
        FromUser = new BandwidthClaim(scheduler, share);
        ToUser = new BandwidthClaim(scheduler, share);
    }

    public BandwidthClaim FromUser { get; }

    public BandwidthClaim ToUser { get; }

    public bool IsWaiting => FromUser.Wanted > 0 || ToUser.Wanted > 0;
}
