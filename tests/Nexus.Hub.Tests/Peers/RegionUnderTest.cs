using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Nexus.Testing;

namespace Nexus.Hub.Tests.Peers;

/// <summary>What a hub finds around it: a server of certificates and a route directory, over real gRPC. It can go away and come back.</summary>
internal sealed class RegionUnderTest : IAsyncDisposable
{
    private readonly FreePort _port = FreePort.Reserve();
    private WebApplication? _app;

    public RegionUnderTest(TestCertificates authority)
    {
        Certificates = new CertificatesPeer();
        Certificates.Use(authority.IssuePem(HubUnderTest.Name));
    }

    public CertificatesPeer Certificates { get; }

    public ChallengesPeer Challenges { get; } = new();

    public DirectoryPeer Directory { get; } = new();

    public string Address => $"http://127.0.0.1:{_port.Port}";

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(_port.EndPoint, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(Certificates);
        builder.Services.AddSingleton(Challenges);
        builder.Services.AddSingleton(Directory);
        _app = builder.Build();
        _app.MapGrpcService<CertificatesPeer>();
        _app.MapGrpcService<ChallengesPeer>();
        _app.MapGrpcService<DirectoryPeer>();
        await _app.StartAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>As a killed process: every call breaks.</summary>
    public async Task StopAsync()
    {
        if (_app is not { } app) return;
        _app = null;
        await app.StopAsync(new CancellationToken(canceled: true));
        await app.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _port.Dispose();
    }
}
