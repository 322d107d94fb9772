using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using Nexus.Hub.Transport;

namespace Nexus.Hub.Sessions;

/// <summary>The TLS listener that backends dial.</summary>
internal sealed class BackendListener(IOptions<SessionsOptions> sessions, ConnectionAdmission admission, BackendTls tls)
    : IConfigureOptions<KestrelServerOptions>
{
    private ListenOptions? _listener;

    /// <summary>Where it listens, once it does.</summary>
    public IPEndPoint? EndPoint => _listener?.IPEndPoint;

    public void Configure(KestrelServerOptions options)
    {
        options.AddServerHeader = false;
        if (FindValidOptions() is not { } valid) return;
        options.Limits.RequestHeadersTimeout = valid.UpgradeTimeout;
        options.Listen(new BackendEndPoint(IPEndPoint.Parse(valid.ListenAddress)), Configure);
    }

    /// <summary>Kestrel is configured while the host is built; what is wrong is reported when it starts, with all other errors.</summary>
    private SessionsOptions? FindValidOptions()
    {
        try
        {
            return sessions.Value;
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
