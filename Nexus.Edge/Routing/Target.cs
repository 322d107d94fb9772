namespace Nexus.Edge.Routing;

/// <summary>A hub (or another region's entrance): where streams can be opened. Lives as long as the directory names it.</summary>
/// <param name="id">Unique per process start.</param>
/// <param name="address">Of its gRPC service for streams.</param>
internal sealed class Target(string id, string address)
{
    private long _avoidUntil = long.MinValue;

    public string Id => id;

    public string Address => address;

    /// <summary>Others are tried first until then; a dead hub stays in the directory until its lease ends.</summary>
    public void Avoid(TimeProvider time, TimeSpan duration) =>
        Volatile.Write(ref _avoidUntil, time.GetTimestamp() + (long)(duration.TotalSeconds * time.TimestampFrequency));

    public void Trust() => Volatile.Write(ref _avoidUntil, long.MinValue);

    public bool IsAvoided(TimeProvider time) => time.GetTimestamp() < Volatile.Read(ref _avoidUntil);
}
