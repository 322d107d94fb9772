namespace Nexus.Edge.Routing;

/// <summary>A hub (or another region's entrance): where streams can be opened. Lives as long as the directory names it.</summary>
/// <param name="id">Unique per process start.</param>
/// <param name="address">Of its gRPC service for streams.</param>
/// <param name="handOverPath">Where it takes users' sockets, if it is on this host; empty for nowhere.</param>
/// <param name="distance">Milliseconds away and back; 0 in this region.</param>
internal sealed class Target(string id, string address, string handOverPath = "", int distance = 0)
{
    private int _distance = distance;
    private long _avoidUntil = long.MinValue;

    public string Id => id;

    public string Address => address;

    public string HandOverPath => handOverPath;

    /// <summary>Milliseconds away and back; 0 in this region. It changes while the target stays.</summary>
    public int Distance
    {
        get => Volatile.Read(ref _distance);
        set => Volatile.Write(ref _distance, value);
    }

    /// <summary>Whether it is in this region; that never changes.</summary>
    public bool IsHere { get; } = distance == 0;

    /// <summary>Whether the directory says the same of it as before; its distance may have changed.</summary>
    public bool IsSameAs(Target other) => other.Id == id && other.Address == address && other.HandOverPath == handOverPath && other.IsHere == IsHere;

    /// <summary>Others are tried first until then; a dead hub stays in the directory until its lease ends.</summary>
    public void Avoid(TimeProvider time, TimeSpan duration) =>
        Volatile.Write(ref _avoidUntil, time.GetTimestamp() + (long)(duration.TotalSeconds * time.TimestampFrequency));

    public void Trust() => Volatile.Write(ref _avoidUntil, long.MinValue);

    public bool IsAvoided(TimeProvider time) => time.GetTimestamp() < Volatile.Read(ref _avoidUntil);
}
