using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Nexus.ServiceDefaults.Tests;

/// <summary>Pages that tell more than whether the service serves.</summary>
public sealed class InternalPagesTests
{
    [Theory]
    [InlineData("192.0.2.7")]
    [InlineData("2001:db8::7")]
    [InlineData("::ffff:192.0.2.7")]
    [InlineData("0.0.0.0")]
    public async Task Page_AskedForFromAnotherHost_IsRefusedInWords_HealthIsNot(string from)
    {
        await using var service = await StartAsync("http://127.0.0.1:0", from);
        var far = Assert.Single(service.Addresses);
        using var page = await service.GetAsync(far, "/page");
        Assert.Equal(HttpStatusCode.Forbidden, page.StatusCode);
        var text = await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("loopback", text, StringComparison.Ordinal);
        Assert.DoesNotContain("told", text, StringComparison.Ordinal);
        foreach (var path in (string[])["/health", "/alive"])
        {
            using var health = await service.GetAsync(far, path);
            Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        }
    }

    [Theory]
    [InlineData("http://127.0.0.1:0")]
    [InlineData("http://[::1]:0")]
    public async Task Page_AskedForOverLoopback_IsShown(string url)
    {
        await using var service = await StartAsync(url);
        using var page = await service.GetAsync(Assert.Single(service.Addresses), "/page");
        Assert.Equal("told", await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>As when one listener is for both families.</summary>
    [Fact]
    public async Task Page_AskedForOverLoopback_OfAListenerForBothFamilies_IsShown()
    {
        await using var service = await StartAsync("http://[::]:0");
        using var page = await service.GetAsync(new Uri($"http://127.0.0.1:{Assert.Single(service.Addresses).Port}"), "/page");
        Assert.Equal("told", await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Page_AskedForOverAUnixSocket_IsShown()
    {
        using var folder = new TemporaryFolder();
        await using var service = await StartAsync($"http://unix:{folder.PathOf("socket")}");
        using var user = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(folder.PathOf("socket")), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        Assert.Equal("told", await user.GetStringAsync(new Uri("http://localhost/page"), TestContext.Current.CancellationToken).BoundedAsync());
    }

    [Fact]
    public async Task Page_AskedForAtAPublicListener_IsNotThere()
    {
        await using var service = new ServiceUnderTest(new Dictionary<string, string?>());
        service.Builder.Services.Configure<KestrelServerOptions>(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        service.App.MapKeysPage("/page", (_, _) => "told");
        await service.StartAsync();
        using var page = await service.GetAsync(Assert.Single(service.Addresses), "/page");
        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
    }

    /// <param name="url">Of the endpoint.</param>
    /// <param name="from">Where callers seem to be; where they are when null.</param>
    private static async Task<ServiceUnderTest> StartAsync(string url, string? from = null)
    {
        var service = new ServiceUnderTest(new Dictionary<string, string?> { ["Kestrel:Endpoints:Http:Url"] = url });
        service.App.Use((HttpContext context, RequestDelegate next) =>
        {
            if (from is not null) context.Connection.RemoteIpAddress = IPAddress.Parse(from);
            return next(context);
        });
        service.App.MapKeysPage("/page", (_, _) => "told");
        await service.StartAsync();
        return service;
    }
}
