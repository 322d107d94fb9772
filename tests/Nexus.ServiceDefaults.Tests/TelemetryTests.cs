using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

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

    /// <summary>Keeps what is posted to it. Protobuf text fields are UTF-8, so that they can be searched as they are.</summary>
    private sealed class OtlpCollector : IAsyncDisposable
    {
        private readonly ConcurrentQueue<(string Path, string Body)> _received = new();
        private readonly WebApplication _app;

        public OtlpCollector()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            _app = builder.Build();
            _app.MapPost("/v1/{signal}", ReceiveAsync);
        }

        public string Address => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.Single() ?? "";

        public Task StartAsync() => _app.StartAsync(TestContext.Current.CancellationToken);

        public string Text(string path) => string.Concat(_received.Where(post => post.Path == path).Select(post => post.Body));

        public ValueTask DisposeAsync() => _app.DisposeAsync();

        private async Task ReceiveAsync(HttpContext context)
        {
            using var body = new StreamReader(context.Request.Body, Encoding.Latin1);
            _received.Enqueue((context.Request.Path, await body.ReadToEndAsync(context.RequestAborted)));
        }
    }
}
