namespace Nexus.Client;

/// <summary>
/// Whether quiet streams are checked: after a time without anything moving the hub is asked whether it still knows the
/// stream, and a stream that it does not know is ended.
/// </summary>
public sealed class NexusHealthCheckOptions
{
    /// <summary>Off unless set.</summary>
    public bool Enabled { get; set; }

    /// <summary>Quiet time before the hub is asked. Zero and less mean 60 s; at most 1 day.</summary>
    public TimeSpan InactivityTimeout { get; set; }

    /// <summary>Time for the hub's answer. Zero and less mean 5 s; at most 1 hour.</summary>
    public TimeSpan PongTimeout { get; set; }

    internal NexusHealthCheckOptions WithDefaults() => new()
    {
        Enabled = Enabled,
        InactivityTimeout = InactivityTimeout > TimeSpan.Zero ? InactivityTimeout : TimeSpan.FromSeconds(60),
        PongTimeout = PongTimeout > TimeSpan.Zero ? PongTimeout : TimeSpan.FromSeconds(5),
    };
}
