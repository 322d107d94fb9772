using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Nexus.Client.Cli.Running;

/// <summary>
/// Metrics, traces and logs over OTLP, so that a connection's trace does not end at the hub. Nothing of it runs unless
/// OTEL_EXPORTER_OTLP_ENDPOINT is set; the other OTEL_* variables mean what OpenTelemetry says they mean.
/// </summary>
internal sealed class CommandTelemetry : IDisposable
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string ServiceName = "nexus-client";
    private const string Names = "Nexus.*";

    private readonly TracerProvider? _traces;
    private readonly MeterProvider? _metrics;

    public CommandTelemetry()
    {
        if (!IsWanted) return;
        _traces = Sdk.CreateTracerProviderBuilder().ConfigureResource(Describe).AddSource(Names).AddOtlpExporter().Build();
        _metrics = Sdk.CreateMeterProviderBuilder().ConfigureResource(Describe).AddMeter(Names, "System.Runtime").AddOtlpExporter().Build();
    }

    private static bool IsWanted => !string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable(Endpoint));

    /// <summary>Sends what is logged, too; the logger factory flushes it when it is disposed.</summary>
    public static void AddLogs(ILoggingBuilder logging)
    {
        if (!IsWanted) return;
        logging.AddOpenTelemetry(logs =>
        {
            var resource = ResourceBuilder.CreateEmpty();
            Describe(resource);
            logs.IncludeFormattedMessage = true;
            logs.SetResourceBuilder(resource);
            logs.AddOtlpExporter();
        });
    }

    /// <summary>Flushes and ends.</summary>
    public void Dispose()
    {
        _traces?.Dispose();
        _metrics?.Dispose();
    }

    // What the environment says comes last and wins: OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES.
    private static void Describe(ResourceBuilder resource) => resource
        .Clear()
        .AddService(ServiceName, serviceVersion: typeof(CommandTelemetry).Assembly.GetName().Version?.ToString(3))
        .AddTelemetrySdk()
        .AddEnvironmentVariableDetector();
}
