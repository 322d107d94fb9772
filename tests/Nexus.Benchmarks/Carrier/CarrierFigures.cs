namespace Nexus.Benchmarks.Carrier;

/// <summary>What one end has used.</summary>
/// <param name="CpuSeconds">User and system time.</param>
/// <param name="Allocated">Bytes on the managed heap.</param>
/// <param name="Moved">Bytes of payload; counted by the hub's end only.</param>
internal readonly record struct CarrierFigures(double CpuSeconds, long Allocated, long Moved)
{
    public static CarrierFigures operator -(CarrierFigures after, CarrierFigures before) =>
        new(after.CpuSeconds - before.CpuSeconds, after.Allocated - before.Allocated, after.Moved - before.Moved);
}
