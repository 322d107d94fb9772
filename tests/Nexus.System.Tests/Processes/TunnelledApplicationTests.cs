using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Nexus.Client;
using Nexus.Client.AspNetCore;
using Nexus.Testing;

namespace Nexus.SystemTests.Processes;

/// <summary>An ASP.NET Core application that is served through a running Nexus and opens no port of its own.</summary>
[Collection(nameof(HandOverCollection))]
public sealed class TunnelledApplicationTests(SystemUnderTest system)
{
    // A name that the origin's certificate has, and a backend of its own behind it.
    private const string Name = "tunnelled.test";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Application_IsServed_OverHttpHttpsAndWebSocket_AndSeesTheUser()
    {
        var certificate = system.Origin.Issue(Name);
        await using var app = Build(certificate);
        await app.StartAsync(Cancellation).BoundedAsync();
        var client = app.Services.GetRequiredKeyedService<NexusClient>("web");
        await client.WaitUntilConnectedAsync(Cancellation).BoundedAsync();
        using var user = system.CreateUser();
        var https = new Uri($"https://{Name}:{system.RelayPort}/");
        await Eventually.SucceedsAsync(async () => await user.GetStringAsync(https, Cancellation) == "HTTP/1.1 127.0.0.1", () => string.Join(", ", client.Sessions));

        using var request = new HttpRequestMessage(HttpMethod.Get, https) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var answer = await user.SendAsync(request, Cancellation);
        Assert.Equal("HTTP/2 127.0.0.1", await answer.Content.ReadAsStringAsync(Cancellation));

        using var plainUser = system.Origin.CreateUser(system.PlainPort);
        Assert.Equal("HTTP/1.1 127.0.0.1", await plainUser.GetStringAsync(new Uri($"http://{Name}:{system.PlainPort}/"), Cancellation));

        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"wss://{Name}:{system.RelayPort}/echo"), user, Cancellation).BoundedAsync();
        await socket.SendAsync("are you there?"u8.ToArray(), WebSocketMessageType.Text, true, Cancellation);
        var buffer = new byte[100];
        var received = await socket.ReceiveAsync(buffer.AsMemory(), Cancellation).BoundedAsync();
        Assert.Equal("are you there?", Encoding.UTF8.GetString(buffer, 0, received.Count));

        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        Assert.All(addresses, address => Assert.Contains("web.nexus", address, StringComparison.Ordinal));
        await app.StopAsync(Cancellation).BoundedAsync();
    }

    private WebApplication Build(X509Certificate2 certificate)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.Sources.Clear();
        builder.Logging.ClearProviders();
        builder.WebHost.UseNexus(
            "web",
            backend =>
            {
                backend.Hostnames.Add(Name);
                backend.NexusAddresses.Add($"wss://localhost:{system.HubPort}/connect");
                backend.Attestation.HmacSecret = system.Secret;
                backend.Transport.ServerCertificateAuthorities = [];
                backend.Transport.ServerCertificateAuthorities.ImportFromPemFile(system.HubAuthorityFile);
            },
            tunnel => tunnel.ListenHttp(system.PlainPort).ListenHttps(system.RelayPort, listen => listen.UseHttps(certificate)));
        var app = builder.Build();
        app.UseWebSockets();
        app.MapGet("/", (HttpContext context) => $"{context.Request.Protocol} {context.Connection.RemoteIpAddress}");
        app.Map("/echo", TestOrigin.EchoAsync);
        return app;
    }
}
