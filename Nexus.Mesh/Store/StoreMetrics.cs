using System.Diagnostics.Metrics;

namespace Nexus.Mesh.Store;

internal sealed class StoreMetrics
{
    private readonly UpDownCounter<long> _connected;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _commands;
    private readonly UpDownCounter<long> _announcements;
    private readonly Counter<long> _reads;
    private readonly Counter<long> _dropped;
    private readonly Counter<long> _malformed;

    public StoreMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Nexus.Mesh");
        _connected = meter.CreateUpDownCounter<long>("nexus.mesh.store.connected", "{connection}", "1 while what Redis has is known and changes arrive.");
        _failures = meter.CreateCounter<long>("nexus.mesh.store.failures", "{failure}", "Attempts that Redis, or the way to it, made fail.");
        _commands = meter.CreateCounter<long>("nexus.mesh.store.commands", "{command}", "Commands sent to Redis.");
        _announcements = meter.CreateUpDownCounter<long>("nexus.mesh.store.announcements", "{announcement}", "Announcements known from other meshes of the region.");
        _reads = meter.CreateCounter<long>("nexus.mesh.store.reads", "{announcement}", "Announcements of other meshes that were read whole.");
        _dropped = meter.CreateCounter<long>("nexus.mesh.store.dropped", "{message}", "Messages of the change channel that came faster than they could be read; what they said is read from the hashes.");
        _malformed = meter.CreateCounter<long>("nexus.mesh.store.malformed", "{entry}", "Keys, fields and messages in Redis that cannot be read.");
    }

    public void Connected() => _connected.Add(1);

    public void Disconnected() => _connected.Add(-1);

    public void Failed(StoreFailure failure) => _failures.Add(1, new KeyValuePair<string, object?>("error.type", failure.ToErrorType()));

    public void CommandSent() => _commands.Add(1);

    public void AnnouncementsChanged(int by)
    {
        if (by != 0) _announcements.Add(by);
    }

    public void ReadWhole() => _reads.Add(1);

    public void Dropped() => _dropped.Add(1);

    public void Malformed() => _malformed.Add(1);
}
