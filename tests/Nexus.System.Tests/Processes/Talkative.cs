using Nexus.Testing;

namespace Nexus.SystemTests.Processes;

/// <summary>Settings of a process that says all that it can, into its output and to a collector.</summary>
internal static class Talkative
{
    public static Dictionary<string, string?> With(this OtlpCollector collector, Dictionary<string, string?> settings) => new(settings)
    {
        ["Logging__LogLevel__Default"] = "Trace",
        ["Logging__LogLevel__Microsoft.AspNetCore"] = "Trace",
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address,
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "1000", // milliseconds, as the next two
        ["OTEL_BLRP_SCHEDULE_DELAY"] = "500",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "500",
    };
}
