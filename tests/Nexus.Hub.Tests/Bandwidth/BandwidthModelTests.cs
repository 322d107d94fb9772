using Nexus.Hub.Bandwidth;
using Nexus.Protocol.Backend;

namespace Nexus.Hub.Tests.Bandwidth;

/// <summary>Random life under a limit: streams come, send, give back and leave, and two promises hold at every moment.</summary>
public sealed class BandwidthModelTests
{
    private static readonly TimeSpan s_window = TimeSpan.FromMilliseconds(100);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 8)]
    [InlineData(3, 50)]
    [InlineData(4, 400)]
    [InlineData(5, 3_000)]
    public void RandomLife_NeverOverTheLimitAndNeverIdleWhileSomebodyWaits(int seed, int megabits)
    {
        using var limit = new SimulatedLimit(megabits);
        var random = new Random(seed);
        var backends = Enumerable.Range(0, 5).Select(_ => limit.Scheduler.OpenBackend()).ToList();
        var senders = new List<SimulatedSender>();
        var (busyFrom, busyCharged) = (limit.Time.GetTimestamp(), 0L);
        for (var step = 0; step < 4_000; step++)
        {
            Act(limit, backends, senders, random);
            if (limit.Scheduler.Waiting == 0) (busyFrom, busyCharged) = (limit.Time.GetTimestamp(), limit.Scheduler.Charged);
            limit.Advance(random.Next(20) / 1000.0);
            Assert.Equal(limit.Scheduler.Waiting > 0 ? 1 : 0, Math.Min(limit.Time.ArmedTimers, limit.Scheduler.Waiting));
            if (limit.Scheduler.Waiting == 0) (busyFrom, busyCharged) = (limit.Time.GetTimestamp(), limit.Scheduler.Charged);

            // Since then somebody has always waited: at every look at it, which is often enough, all but the overdraft was used.
            var due = limit.Scheduler.BytesPerSecond * (limit.Time.GetTimestamp() - busyFrom) / TimeSpan.TicksPerSecond;
            Assert.True(limit.Scheduler.Charged - busyCharged >= due - limit.Scheduler.Burst, $"step {step}");
        }

        var most = limit.Scheduler.Burst + (limit.Scheduler.BytesPerSecond * s_window.TotalSeconds);
        Assert.InRange(limit.MostIn(s_window), 1, most + 1);
        foreach (var sender in senders) sender.Stop();
        Assert.Equal(0, limit.Scheduler.Waiting);
        Assert.Equal(limit.Carried, limit.Scheduler.Charged);
    }

    private static void Act(SimulatedLimit limit, List<BackendBandwidth> backends, List<SimulatedSender> senders, Random random)
    {
        switch (random.Next(4))
        {
            case 0 when senders.Count < 200:
                var stream = backends[random.Next(backends.Count)].OpenStream();
                var claim = random.Next(2) == 0 ? stream.FromUser : stream.ToUser;
                senders.Add(new SimulatedSender(limit, claim, random.Next(18, DataFrame.MaxMessageSize + 1)).Start(random.Next(1, 200)));
                break;
            case 1 when senders.Count > 0:
                var leaving = senders[random.Next(senders.Count)];
                leaving.Stop();
                senders.Remove(leaving);
                break;
            case 2:
                // A read that finds less than was paid for.
                var reader = backends[random.Next(backends.Count)].OpenStream().FromUser;
                var granted = reader.TryTake(18, DataFrame.MaxMessageSize, static () => { });
                if (granted > 0) reader.Return(granted);
                reader.Cancel();
                break;
            default:
                senders.Where(sender => sender.IsDone).ToList().ForEach(sender => sender.Start(random.Next(1, 20)));
                break;
        }
    }
}
