using Nexus.Hub.Bandwidth;

namespace Nexus.Hub.Tests.Bandwidth;

/// <summary>One direction of a stream that has frames of one size to send: without end, or so many.</summary>
internal sealed class SimulatedSender(SimulatedLimit limit, BandwidthClaim claim, int frame)
{
    private long _left;

    public BandwidthClaim Claim => claim;

    public long Carried { get; private set; }

    public bool IsDone => _left == 0;

    public SimulatedSender Start(long frames = long.MaxValue)
    {
        _left = frames;
        Send();
        return this;
    }

    public void Stop()
    {
        _left = 0;
        claim.Cancel();
    }

    private void Send()
    {
        while (_left > 0)
        {
            var granted = claim.TryTake(frame, frame, Send);
            if (granted == 0) return;
            _left--;
            Carried += granted;
            limit.Count(granted);
        }
    }
}
