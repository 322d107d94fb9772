using System.Globalization;

namespace Nexus.Testing;

/// <summary>How long a test waits for what must happen. Reaching one is a failure, never a result.</summary>
public static class TestTimeouts
{
    /// <summary>Multiplies every timeout; for slow machines and debuggers, e.g. "4".</summary>
    public const string ScaleVariable = "NEXUS_TEST_TIMEOUT_SCALE";

    public static double Scale { get; } =
        double.TryParse(Environment.GetEnvironmentVariable(ScaleVariable), NumberStyles.Float, CultureInfo.InvariantCulture, out var scale)
            && scale is > 0 and <= 1_000
            ? scale
            : 1;

    public static TimeSpan Default { get; } = TimeSpan.FromSeconds(30) * Scale;

    /// <summary>For what starts processes or moves much data.</summary>
    public static TimeSpan Long { get; } = TimeSpan.FromSeconds(120) * Scale;
}
