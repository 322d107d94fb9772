using Microsoft.Extensions.Hosting;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Nexus.ServiceDefaults;

/// <summary>Makes the container build the providers before anything is worth recording; the container also disposes them.</summary>
internal sealed class TelemetryStart(TracerProvider tracing, MeterProvider metrics) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken)
    {
        // Disposal flushes again; this one still has the host's patience behind it.
        tracing.ForceFlush(timeoutMilliseconds: 1_000);
        metrics.ForceFlush(timeoutMilliseconds: 1_000);
        return Task.CompletedTask;
    }
}
