namespace Nexus.Benchmarks.Field.Load;

/// <summary>What a load process does.</summary>
internal enum LoadKind
{
    /// <summary>Every user downloads its share of the bytes.</summary>
    Down,

    /// <summary>Every user uploads its share of the bytes.</summary>
    Up,

    /// <summary>Connect, hello, one echo, close; over and over.</summary>
    Connect,

    /// <summary>The same with a real TLS handshake that the service ends.</summary>
    ConnectTls,

    /// <summary>Echoes at times fixed beforehand.</summary>
    Latency,

    /// <summary>Users that stay and say nothing, until the process is told to stop.</summary>
    Idle,

    /// <summary>Users that stop reading in mid-download, until the process is told to stop.</summary>
    Stall,
}
