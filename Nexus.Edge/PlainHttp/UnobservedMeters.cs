using System.Diagnostics.Metrics;

namespace Nexus.Edge.PlainHttp;

/// <summary>
/// Keeps the HTTP client's own metrics to itself: it tags them with the host that was asked for, and under a wildcard
/// strangers can ask for any number of hosts.
/// </summary>
internal sealed class UnobservedMeters : IMeterFactory
{
    private static readonly Meter s_meter = new("unobserved");

    private UnobservedMeters()
    {
    }

    public static UnobservedMeters Instance { get; } = new();

    public Meter Create(MeterOptions options) => s_meter;

    public void Dispose()
    {
        // The one meter lives as long as the process.
    }
}
