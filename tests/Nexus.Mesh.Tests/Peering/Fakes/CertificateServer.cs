using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Nexus.Contracts.Certs.V1;

namespace Nexus.Mesh.Tests.Peering.Fakes;

/// <summary>Gives the mesh its certificate, as Certs does.</summary>
internal sealed class CertificateServer(string chainPem, string keyPem) : Certificates.CertificatesBase, IAsyncDisposable
{
    private readonly FreePort _port = FreePort.Reserve();
    private readonly CancellationTokenSource _stopped = new();
    private WebApplication? _app;

    public string Address => $"http://127.0.0.1:{_port.Port}";

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(_port.EndPoint, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(this);
        _app = builder.Build();
        _app.MapGrpcService<CertificateServer>();
        await _app.StartAsync(TestContext.Current.CancellationToken);
    }

    public override async Task Watch(WatchCertificateRequest request, IServerStreamWriter<CertificateBundle> responseStream, ServerCallContext context)
    {
        await responseStream.WriteAsync(new() { ChainPem = chainPem, PrivateKeyPem = keyPem, Generation = 1 }, context.CancellationToken);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, _stopped.Token);
        await Task.Delay(Timeout.Infinite, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync();
        if (_app is { } app)
        {
            await app.StopAsync(new CancellationToken(canceled: true));
            await app.DisposeAsync();
        }

        _stopped.Dispose();
        _port.Dispose();
    }
}
