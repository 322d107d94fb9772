using System.Globalization;
using Nexus.SystemTests.Golden.Recordings;

namespace Nexus.SystemTests.Golden.AsClient;

/// <summary>The recorded server's configuration as settings of our hub.</summary>
internal static class HubSettings
{
    public static Dictionary<string, string?> From(Recording recording)
    {
        var recorded = new RecordedConfig(recording.Config("server"));
        var settings = new Dictionary<string, string?>
        {
            ["Nexus:Hub:Authentication:Secret"] = recorded.Scalar("backendsJWTSecret") ?? RecordedToken.Secret,
            ["Nexus:Hub:Authentication:AllowOutbound"] = recorded.Scalar("allowOutbound") ?? "false",
            ["Nexus:Hub:Sessions:ListenAddress"] = "127.0.0.1:0",
        };
        if (recorded.Scalar("idleTimeoutSeconds") is { } idle)
        {
            settings["Nexus:Hub:Sessions:StreamIdleTimeout"] = TimeSpan.FromSeconds(int.Parse(idle, CultureInfo.InvariantCulture)).ToString("c", CultureInfo.InvariantCulture);
        }

        Add(settings, "AllowedTcpPortClaims", recorded.List("allowedTCPPortClaims"));
        Add(settings, "AllowedUdpPortClaims", recorded.List("allowedUDPPortClaims"));
        Add(settings, "AllowedOutboundPorts", recorded.List("allowedOutboundPorts"));
        return settings;
    }

    private static void Add(Dictionary<string, string?> settings, string key, IReadOnlyList<string> values)
    {
        for (var index = 0; index < values.Count; index++) settings[$"Nexus:Hub:Authentication:{key}:{index}"] = values[index];
    }
}
