using System.Diagnostics.Metrics;

namespace Nexus.Certs.Distribution;

internal sealed class DistributionMetrics
{
    private readonly Counter<long> _published;
    private readonly UpDownCounter<long> _watchers;
    private long _expiry;

    public DistributionMetrics(IMeterFactory meters, TimeProvider time)
    {
        var meter = meters.Create("Nexus.Certs");
        _published = meter.CreateCounter<long>("nexus.certs.certificates", "{certificate}", "Certificates that were handed out anew.");
        _watchers = meter.CreateUpDownCounter<long>("nexus.certs.watchers", "{watcher}", "Calls that wait for certificates now.");
        meter.CreateObservableGauge("nexus.certs.certificate.remaining", () => Remaining(time), "s", "Time until the present certificate expires.");
    }

    public void Published(DateTimeOffset expiry)
    {
        Interlocked.Exchange(ref _expiry, expiry.UtcTicks);
        _published.Add(1);
    }

    public void WatcherCame() => _watchers.Add(1);

    public void WatcherLeft() => _watchers.Add(-1);

    private IEnumerable<Measurement<double>> Remaining(TimeProvider time) => Interlocked.Read(ref _expiry) is > 0 and var ticks
        ? [new(TimeSpan.FromTicks(ticks - time.GetUtcNow().UtcTicks).TotalSeconds)]
        : [];
}
