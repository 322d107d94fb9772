using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Nexus.Testing;

/// <summary>Keeps what is posted to it as OTLP over HTTP. Protobuf text fields are UTF-8, so that they can be searched as they are.</summary>
public sealed class OtlpCollector : IAsyncDisposable
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

    /// <summary>For OTEL_EXPORTER_OTLP_ENDPOINT, with the protocol "http/protobuf".</summary>
    public string Address => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.Single() ?? "";

    public Task StartAsync() => _app.StartAsync(TestContext.Current.CancellationToken);

    /// <summary>All that came to "/v1/logs", "/v1/traces" or "/v1/metrics".</summary>
    public string Text(string path) => string.Concat(_received.Where(post => post.Path == path).Select(post => post.Body));

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task ReceiveAsync(HttpContext context)
    {
        using var body = new StreamReader(context.Request.Body, Encoding.Latin1);
        _received.Enqueue((context.Request.Path, await body.ReadToEndAsync(context.RequestAborted)));
    }
}
