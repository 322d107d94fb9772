using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Nexus.ServiceDefaults;

/// <summary>Metrics, traces and logs over OTLP; nothing of it runs unless OTEL_EXPORTER_OTLP_ENDPOINT is set.</summary>
internal static class TelemetryHosting
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private static readonly string[] s_sources = ["Nexus.*", "Microsoft.AspNetCore*", "System.Net.Http"];
    private static readonly string[] s_meters = ["Nexus.*", "Microsoft.AspNetCore*", "System.Net.Http", "System.Runtime"];

    public static void AddTelemetry(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IStartupFilter, ServerSpanFilter>();
        if (string.IsNullOrWhiteSpace(builder.Configuration[Endpoint])) return;

        var configuration = builder.Configuration;
        var application = builder.Environment.ApplicationName;
        builder.Logging.AddOpenTelemetry(logs =>
        {
            logs.IncludeFormattedMessage = true;
            logs.IncludeScopes = true;
            logs.SetResourceBuilder(Describe(ResourceBuilder.CreateEmpty(), application));
            logs.AddOtlpExporter();
        });
        // The SDK reads the OTEL_* settings from this configuration, which holds the environment, too.
        builder.Services.AddSingleton(_ => Sdk.CreateTracerProviderBuilder()
            .ConfigureServices(services => services.AddSingleton<IConfiguration>(configuration))
            .ConfigureResource(resource => Describe(resource, application))
            .AddSource(s_sources)
            .AddOtlpExporter()
            .Build());
        builder.Services.AddSingleton(_ => Sdk.CreateMeterProviderBuilder()
            .ConfigureServices(services => services.AddSingleton<IConfiguration>(configuration))
            .ConfigureResource(resource => Describe(resource, application))
            .AddMeter(s_meters)
            .AddOtlpExporter()
            .Build());
        builder.Services.AddHostedService<TelemetryStart>();
    }

    // What the environment says comes last and wins: OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES.
    private static ResourceBuilder Describe(ResourceBuilder resource, string application) => resource
        .Clear()
        .AddService(application, serviceVersion: typeof(TelemetryHosting).Assembly.GetName().Version?.ToString(3))
        .AddTelemetrySdk()
        .AddEnvironmentVariableDetector();
}
