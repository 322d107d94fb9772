using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Nexus.Testing;

namespace Nexus.Client.AspNetCore.Tests;

/// <summary>Kestrel on the tunnel's transport, with the session's part played by the test.</summary>
internal sealed class TunnelledServer : IAsyncDisposable
{
    public const string Backend = "web";
    public static readonly IPEndPoint User = new(IPAddress.Parse("203.0.113.9"), 40_123);

    private readonly TunnelListeners _listeners = new(Backend);
    private readonly TestCertificates _authority = new("Application CA");
    private readonly WebApplication _app;

    public TunnelledServer(Action<WebApplication> map, bool alsoSocket = false)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IConnectionListenerFactory>(new TunnelTransport(_listeners));
        var certificate = _authority.Issue("app.test");
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            new NexusTunnelOptions().ListenHttp().ListenHttps(443, listen => listen.UseHttps(certificate)).Apply(kestrel, Backend);
            if (alsoSocket) kestrel.Listen(IPAddress.Loopback, 0);
        });
        _app = builder.Build();
        map(_app);
    }

    public IServiceProvider Services => _app.Services;

    public Task StartAsync() => _app.StartAsync(TestContext.Current.CancellationToken).BoundedAsync();

    public Task StopAsync() => _app.StopAsync(TestContext.Current.CancellationToken).BoundedAsync();

    /// <summary>What the handler of the client's session would do.</summary>
    public NexusConnectResult Ask(int port, bool isTls, NexusTransport transport = NexusTransport.Tcp) => _listeners.Connect(Request(port, isTls, transport));

    public UserStream Connect(int port, bool isTls) => new(Assert.IsType<NexusConnectResult.ChannelResult>(Ask(port, isTls)).Channel);

    public HttpClient CreateUser(bool isTls)
    {
        var handler = new SocketsHttpHandler { UseProxy = false, ConnectCallback = (_, _) => ValueTask.FromResult<Stream>(Connect(isTls ? 443 : 80, isTls)) };
        handler.SslOptions.RemoteCertificateValidationCallback = _authority.Validation;
        return new(handler) { BaseAddress = new(isTls ? "https://app.test/" : "http://app.test/"), Timeout = TestTimeouts.Default };
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private static NexusConnectRequest Request(int port, bool isTls, NexusTransport transport) => new()
    {
        BackendName = Backend,
        StreamId = Guid.NewGuid(),
        Hostname = "app.test",
        OriginalHostname = "app.test",
        Port = port,
        RemoteEndPoint = User,
        RawClientAddress = User.ToString(),
        IsTls = isTls,
        Transport = transport,
    };
}
