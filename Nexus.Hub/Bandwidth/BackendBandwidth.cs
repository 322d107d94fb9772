namespace Nexus.Hub.Bandwidth;

/// <summary>One backend's share: the same for every backend that has something to send, whatever its weight.</summary>
internal sealed class BackendBandwidth
{
    private readonly BandwidthScheduler _scheduler;
    private readonly ShareNode _share;
    private readonly DatagramBandwidth _datagrams;

    public BackendBandwidth(BandwidthScheduler scheduler, ShareNode all)
    {
        _scheduler = scheduler;
        _share = new ShareNode(all, scheduler.Grain);
        _datagrams = new DatagramBandwidth(scheduler, _share);
    }

    /// <summary>Costs nothing while it is not used; whoever used it cancels its claims in the end.</summary>
    public StreamBandwidth OpenStream() => new(_scheduler, _share);

    /// <summary>
    /// Pays for one datagram's payload in either direction; from any thread. False: drop it, for datagrams never wait. A refused
    /// one puts in a word for those behind it, so that a backend's datagrams get a share like one of its streams.
    /// </summary>
    public bool TryCharge(int payloadBytes) => _datagrams.TryCharge(payloadBytes);

    /// <summary>A datagram that was paid for was not sent after all.</summary>
    public void Refund(int payloadBytes) => _datagrams.Refund(payloadBytes);
}
