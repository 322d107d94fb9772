using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Nexus.ServiceDefaults.Tests;

/// <summary>A real service with the defaults on free ports, and what it logs.</summary>
internal sealed class ServiceUnderTest : IAsyncDisposable
{
    public static readonly Dictionary<string, string?> BothEndpoints = new()
    {
        ["Kestrel:Endpoints:Http:Url"] = "http://127.0.0.1:0",
        ["Kestrel:Endpoints:Grpc:Url"] = "http://127.0.0.1:0",
    };

    public static readonly Dictionary<string, string?> HttpEndpoint = new() { ["Kestrel:Endpoints:Http:Url"] = "http://127.0.0.1:0" };

    public ServiceUnderTest(IReadOnlyDictionary<string, string?> configuration)
    {
        Builder = NexusHost.CreateBuilder([]);
        Builder.Configuration.AddInMemoryCollection(configuration);
        Builder.Logging.ClearProviders().AddProvider(Logs);
        Builder.AddServiceDefaults();
    }

    public LogCollector Logs { get; } = new();

    public WebApplicationBuilder Builder { get; }

    public WebApplication App => field ??= Build();

    public HttpClient Client { get; } = new();

    public Uri[] Addresses =>
        [.. (App.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? []).Select(address => new Uri(address))];

    public Task StartAsync() => App.StartAsync(TestContext.Current.CancellationToken).BoundedAsync();

    public Task<HttpResponseMessage> GetAsync(Uri address, string path) => GetAsync(address, path, new Version(1, 1));

    public Task<HttpResponseMessage> GetAsync(Uri address, string path, Version version)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, path)) { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        return Client.SendAsync(request, TestContext.Current.CancellationToken).BoundedAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await App.DisposeAsync();
    }

    private WebApplication Build()
    {
        var app = Builder.Build();
        app.MapDefaultEndpoints();
        return app;
    }
}
