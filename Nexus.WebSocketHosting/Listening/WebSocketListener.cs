using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using Nexus.WebSocketHosting.Transport;

namespace Nexus.WebSocketHosting.Listening;

/// <summary>The TLS listener whose connections become WebSockets.</summary>
internal sealed class WebSocketListener(IWebSocketGate gate, ConnectionAdmission admission, LineTls tls)
    : IConfigureOptions<KestrelServerOptions>
{
    private ListenOptions? _listener;

    /// <summary>Where it listens, once it does.</summary>
    public IPEndPoint? EndPoint => _listener?.IPEndPoint;

    public void Configure(KestrelServerOptions options)
    {
        options.AddServerHeader = false;
        if (FindTerms() is not { } terms) return;
        options.Limits.RequestHeadersTimeout = terms.UpgradeTimeout;
        options.Listen(new LineEndPoint(terms.ListenAddress), Configure);
    }

    /// <summary>Kestrel is configured while the host is built; what is wrong is reported when it starts, with all other errors.</summary>
    private WebSocketTerms? FindTerms()
    {
        try
        {
            return gate.Terms;
        }
        catch (Exception e) when (e is OptionsValidationException or InvalidOperationException)
        {
            return null;
        }
    }

    private void Configure(ListenOptions listener)
    {
        _listener = listener;
        listener.Protocols = HttpProtocols.Http1;
        listener.Use(next => connection => admission.RunAsync(connection, next));
        listener.Use(next => connection => tls.RunAsync(connection, next));
    }
}
