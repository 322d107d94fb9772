using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace StandIns.Grpc.Tests.Echo;

/// <summary>Our server in Kestrel on a free port, or on a Unix socket.</summary>
internal sealed class EchoServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private EchoServer(WebApplication app) => _app = app;

    public EchoObservations Observations => _app.Services.GetRequiredService<EchoObservations>();

    public string Address => _app.Urls.Single();

    public string Authority => new Uri(Address).Authority;

    public static async Task<EchoServer> StartAsync(Action<KestrelServerOptions>? configure = null, string? unixSocket = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<EchoObservations>();
        builder.Services.AddGrpc();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            if (unixSocket is null) kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
            else kestrel.ListenUnixSocket(unixSocket, listen => listen.Protocols = HttpProtocols.Http2);
            configure?.Invoke(kestrel);
        });
        var app = builder.Build();
        app.MapGrpcService<EchoService>();
        app.MapPost("/test.Http/{code:int}", (int code) => Microsoft.AspNetCore.Http.Results.StatusCode(code));
        app.MapPost("/test.Http/text", () => "not gRPC");
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new EchoServer(app);
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }
}
