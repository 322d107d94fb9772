using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Nexus.Client.AspNetCore;

/// <summary>Which public ports the application serves. Without any call it is 80 without TLS and 443 with it.</summary>
public sealed class NexusTunnelOptions
{
    private const int HttpPort = 80;
    private const int HttpsPort = 443;

    private readonly List<(int Port, bool IsTls, Action<ListenOptions>? Configure)> _endpoints = [];

    internal NexusTunnelOptions()
    {
    }

    /// <summary>Serves users of a public port who speak no TLS.</summary>
    /// <param name="port">Public port of the hub, 1 to 65535.</param>
    /// <param name="configure">What Kestrel does with their connections; null: HTTP/1.1.</param>
    public NexusTunnelOptions ListenHttp(int port = HttpPort, Action<ListenOptions>? configure = null) => Add(port, isTls: false, configure);

    /// <summary>Serves users of a public port who speak TLS, which ends here: nobody in between holds a key.</summary>
    /// <param name="port">Public port of the hub, 1 to 65535.</param>
    /// <param name="configure">
    /// Must call <c>UseHttps</c>, or a middleware that takes the TLS bytes; null: <c>UseHttps()</c> with Kestrel's default certificate
    /// (<c>Kestrel:Certificates:Default</c>). HTTP/1.1 and HTTP/2 are negotiated; HTTP/3 needs UDP and is not.
    /// </param>
    public NexusTunnelOptions ListenHttps(int port = HttpsPort, Action<ListenOptions>? configure = null) => Add(port, isTls: true, configure ?? (listen => listen.UseHttps()));

    internal void Apply(KestrelServerOptions kestrel, string backendName)
    {
        if (_endpoints.Count == 0) ListenHttp().ListenHttps();
        foreach (var (port, isTls, configure) in _endpoints) kestrel.Listen(new NexusTunnelEndPoint(backendName, port, isTls), configure ?? (_ => { }));
    }

    private NexusTunnelOptions Add(int port, bool isTls, Action<ListenOptions>? configure)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(port, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, ushort.MaxValue);
        _endpoints.Add((port, isTls, configure));
        return this;
    }
}
