using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Nexus.ServiceDefaults.Tests;

public sealed class InternalEndpointsTests
{
    private static readonly Version s_http11 = new(1, 1);
    private static readonly Version s_http2 = new(2, 0);

    [Fact]
    public async Task ConfiguredEndpoints_BesideAListenerBoundInCode_AllServe()
    {
        await using var service = new ServiceUnderTest(ServiceUnderTest.BothEndpoints);
        service.Builder.Services.Configure<KestrelServerOptions>(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        service.App.MapGet("/public", () => "public");
        await service.StartAsync();

        var (ours, answers) = (0, new List<HttpStatusCode>());
        foreach (var address in service.Addresses)
        {
            // The gRPC endpoint alone speaks HTTP/2 without TLS.
            var version = await SpeaksHttp2Async(service, address) ? s_http2 : s_http11;
            using var open = await service.GetAsync(address, "/public", version);
            Assert.Equal(HttpStatusCode.OK, open.StatusCode);
            using var health = await service.GetAsync(address, "/health", version);
            answers.Add(health.StatusCode);
            ours += version == s_http2 ? 1 : 0;
        }

        Assert.Equal(1, ours);
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.NotFound], answers.Order());
    }

    [Fact]
    public async Task NoInternalEndpointIsConfigured_APublicListenerServesNothingInternal()
    {
        await using var service = new ServiceUnderTest(new Dictionary<string, string?>());
        service.Builder.Services.Configure<KestrelServerOptions>(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        await AssertHiddenAsync(service);
    }

    [Fact]
    public async Task OnlyUrlsAreConfigured_TheyServeNothingInternal()
    {
        await using var service = new ServiceUnderTest(new Dictionary<string, string?>());
        service.Builder.WebHost.UseUrls("http://127.0.0.1:0");
        await AssertHiddenAsync(service);
    }

    [Fact]
    public async Task AnotherConfiguredEndpoint_ServesNothingInternal()
    {
        await using var service = new ServiceUnderTest(new Dictionary<string, string?> { ["Kestrel:Endpoints:Public:Url"] = "http://127.0.0.1:0" });
        await AssertHiddenAsync(service);
    }

    private static async Task AssertHiddenAsync(ServiceUnderTest service)
    {
        await service.StartAsync();
        foreach (var path in (string[])["/health", "/alive"])
        {
            using var answer = await service.GetAsync(Assert.Single(service.Addresses), path);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }

    private static async Task<bool> SpeaksHttp2Async(ServiceUnderTest service, Uri address)
    {
        try
        {
            using var answer = await service.GetAsync(address, "/alive", s_http2);
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
