using System.Net;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;
using Nexus.Edge.Listening;
using Nexus.Edge.Passthrough;
using Nexus.Edge.ProxyProtocol;
using Nexus.Edge.Routing;
using Nexus.ServiceDefaults;

namespace Nexus.Edge.PlainHttp;

/// <summary>
/// Port 80: a Kestrel of its own, so that its limits and its end are not those of the service's internal endpoints, and
/// nothing that is mapped there can be reached here.
/// </summary>
internal sealed class PlainHttpServer(
    PlainHttpApplication application,
    LiveRoutes routes,
    TargetOpener opener,
    ConnectionLimiter limiter,
    TrustedProxies proxies,
    ProxyHeaderGate header,
    IOptions<PlainHttpOptions> options,
    Drain drain,
    ILoggerFactory loggers) : IHostedService, IDisposable
{
    private KestrelServer? _server;
    private IDisposable? _drainStep;

    /// <summary>Where it listens; null before the start and when it is off.</summary>
    public IPEndPoint? EndPoint { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Port == PlainHttpOptions.Off) return;
        _server = new KestrelServer(Options.Create(CreateOptions()), new SocketTransportFactory(Options.Create(new SocketTransportOptions()), loggers), loggers);
        await _server.StartAsync(application, cancellationToken);
        _drainStep = drain.Register(DrainStage.StopAccepting, "plain HTTP", StopAsync); // Kestrel's stop waits for requests, up to the limit

        var address = _server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
        EndPoint = new IPEndPoint(options.Value.Address, BindingAddress.Parse(address).Port);
        PlainHttpLog.Listening(loggers.CreateLogger<PlainHttpServer>(), address);
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _drainStep?.Dispose();
        return _server?.StopAsync(cancellationToken) ?? Task.CompletedTask;
    }

    public void Dispose() => _server?.Dispose();

    private KestrelServerOptions CreateOptions()
    {
        var kestrel = new KestrelServerOptions
        {
            AddServerHeader = false,
            RequestHeaderEncodingSelector = static _ => Encoding.Latin1, // bytes in, bytes out
            ResponseHeaderEncodingSelector = static _ => Encoding.Latin1,
        };
        kestrel.Limits.RequestHeadersTimeout = options.Value.RequestHeadersTimeout;
        kestrel.Limits.KeepAliveTimeout = options.Value.KeepAliveTimeout;
        kestrel.Limits.MaxRequestBodySize = null; // the backend's business
        kestrel.Limits.MinRequestBodyDataRate = null; // a user may wait for the backend in the middle of a body; ActivityTimeout ends it
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.Listen(new IPEndPoint(options.Value.Address, options.Value.Port), listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.Use(next => connection => ServeConnectionAsync(connection, next));
        });
        return kestrel;
    }

    private async Task ServeConnectionAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (connection.RemoteEndPoint is not IPEndPoint client || connection.LocalEndPoint is not IPEndPoint local) return;
        var addresses = RelayAddresses.Of(client, local);
        var isProxy = proxies.Include(addresses.Client.Address, addresses.LocalPort);
        using var admission = limiter.TryAdmit(addresses.Client.Address, isProxy);
        if (admission is null) return;
        if (isProxy)
        {
            if (await header.ReadAsync(connection, addresses.Client) is not { } named) return;
            if (!named.Equals(addresses.Client) && !admission.TryChargeTo(named.Address)) return;
            addresses = addresses with { Client = named };
        }
        await using var user = new UserConnection(addresses, routes, opener, options, connection.ConnectionClosed);
        connection.Features.Set(user);
        await next(connection);
    }
}
