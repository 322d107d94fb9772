using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Nexus.Contracts.Certs.V1;
using Nexus.Testing;

namespace Nexus.SystemTests.Golden.AsClient;

/// <summary>Gives the hub its certificate. There is no route directory: the users of a replay ask the hub itself.</summary>
internal sealed class RegionPeer(TestCertificatePem certificate) : Certificates.CertificatesBase, IAsyncDisposable
{
    private readonly FreePort _port = FreePort.Reserve();
    private WebApplication? _app;

    public string Address => $"http://127.0.0.1:{_port.Port}";

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.Sources.Clear(); // the settings of the services are beside the tests too
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(_port.EndPoint, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(this);
        _app = builder.Build();
        _app.MapGrpcService<RegionPeer>();
        await _app.StartAsync(TestContext.Current.CancellationToken);
    }

    public override async Task Watch(WatchCertificateRequest request, IServerStreamWriter<CertificateBundle> responseStream, ServerCallContext context)
    {
        var bundle = new CertificateBundle { ChainPem = certificate.Certificate, PrivateKeyPem = certificate.PrivateKey, Generation = 1 };
        await responseStream.WriteAsync(bundle, context.CancellationToken);
        // It never changes: the call stays open until the hub ends it.
        await new TaskCompletionSource().Task.WaitAsync(context.CancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is { } app)
        {
            await app.StopAsync(new CancellationToken(canceled: true));
            await app.DisposeAsync();
        }

        _port.Dispose();
    }
}
