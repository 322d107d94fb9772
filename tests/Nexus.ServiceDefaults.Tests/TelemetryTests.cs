using Microsoft.AspNetCore.Builder;

namespace Nexus.ServiceDefaults.Tests;

public sealed class TelemetryTests
{
    [Fact]
    public async Task Export_EndpointConfigured_SendsTracesMetricsAndLogsWithTheServiceName()
    {
        await using var collector = new OtlpCollector();
        await collector.StartAsync();
        await using (var service = new ServiceUnderTest(new Dictionary<string, string?>(ServiceUnderTest.HttpEndpoint)
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_SERVICE_NAME"] = "service-under-test",
        }))
        {
            service.App.MapGet("/things/{id}", (string id) => id);
            await service.StartAsync();
            using var answer = await service.GetAsync(service.Addresses[0], "/things/7");
            using var health = await service.GetAsync(service.Addresses[0], "/health");
            await service.App.StopAsync(TestContext.Current.CancellationToken).BoundedAsync();
        }

        var traces = collector.Text("/v1/traces");
        Assert.Contains("service-under-test", traces, StringComparison.Ordinal);
        Assert.Contains("GET /things/{id}", traces, StringComparison.Ordinal);
        Assert.Contains("http.response.status_code", traces, StringComparison.Ordinal);
        Assert.DoesNotContain("GET /health", traces, StringComparison.Ordinal);
        Assert.Contains("http.server.request.duration", collector.Text("/v1/metrics"), StringComparison.Ordinal);
        Assert.Contains("service-under-test", collector.Text("/v1/metrics"), StringComparison.Ordinal);
        // The last thing a host says; lost unless the host is disposed.
        Assert.Contains("Application is shutting down", collector.Text("/v1/logs"), StringComparison.Ordinal);
        Assert.Contains("service-under-test", collector.Text("/v1/logs"), StringComparison.Ordinal);
    }
}
