namespace Nexus.Benchmarks.Field.Measuring;

/// <summary>Names of figures; the last word is the unit or says what it is.</summary>
internal static class FieldFigures
{
    public const string RawConnections = "connect raw, connections/s";
    public const string TlsConnections = "connect TLS, connections/s";
    public const string IdleLatency = "idle";
    public const string BusyLatency = "beside 8 bulk users";
    public const string DelayedThroughput = "one stream over 50 ms, MiB/s";
    public const string StallGrowth = "256 stalled users, growth MB";
    public const string StallLeft = "256 stalled users, MB left after they went";

    /// <summary>All processes that the bytes go through.</summary>
    public const string OnPath = "all";

    public static string Throughput(string direction, int users) => $"{direction} {users}, MiB/s";

    /// <summary>Seconds for a GiB.</summary>
    public static string Cpu(string direction, int users, string role) => $"{direction} {users}, CPU s/GiB {role}";

    public static string CpuOfConnection(string role) => $"connect raw, CPU ms {role}";

    public static string RoundTrip(string beside, string percentile) => $"round trip {beside}, ms {percentile}";

    /// <summary>Of one process.</summary>
    public static string Memory(int users, string role) => $"RSS with {users} idle users, MB {role}";

    public static string MemoryOfUser(int users) => $"RSS of one of {users} idle users, KB";
}
