using System.Globalization;
using Nexus.SystemTests.Golden.Recordings;

namespace Nexus.SystemTests.Golden.AsClient;

/// <summary>The recorded server's configuration as settings of our hub.</summary>
internal static class HubSettings
{
    public static Dictionary<string, string?> From(Recording recording) => From(recording.Config("server"));

    public static Dictionary<string, string?> From(string yaml)
    {
        var recorded = new RecordedConfig(yaml);
        var settings = new Dictionary<string, string?>
        {
            ["Nexus:Hub:Authentication:Secret"] = recorded.Scalar("backendsJWTSecret") ?? RecordedToken.Secret,
            ["Nexus:Hub:Authentication:AllowOutbound"] = recorded.Scalar("allowOutbound") ?? "false",
            ["Nexus:Hub:Sessions:ListenAddress"] = "127.0.0.1:0",
            ["Nexus:Hub:Sessions:FailureBurst"] = "0", // the original lets everybody fail for ever
            ["Nexus:Hub:Sessions:FrozenAfter"] = "00:00:00", // these peers say only what they are told to say
        };
        if (recorded.Scalar("idleTimeoutSeconds") is { } idle)
        {
            settings["Nexus:Hub:Sessions:StreamIdleTimeout"] = TimeSpan.FromSeconds(int.Parse(idle, CultureInfo.InvariantCulture)).ToString("c", CultureInfo.InvariantCulture);
        }

        if (recorded.Scalar("maxOutboundConnsPerBackend") is { } limit) settings["Nexus:Hub:Outbound:MaxConnectionsPerBackend"] = limit;
        if (recorded.Scalar("outboundDialTimeoutSeconds") is { } seconds)
        {
            settings["Nexus:Hub:Outbound:DialTimeout"] = TimeSpan.FromSeconds(int.Parse(seconds, CultureInfo.InvariantCulture)).ToString("c", CultureInfo.InvariantCulture);
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
