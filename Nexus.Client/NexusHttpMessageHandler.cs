using System.Net;

namespace Nexus.Client;

/// <summary>
/// For an <see cref="HttpClient"/> whose requests leave through a hub: each of its connections is one of
/// <see cref="NexusClient.ConnectOutboundAsync"/>. TLS is between this application and the server; the hub sees names and ports only.
/// </summary>
/// <remarks>
/// HTTP/1.1 and HTTP/2 only: HTTP/3 is UDP, which hubs do not carry outwards, and would leave around them. A request that insists on it
/// fails with <see cref="HttpRequestException"/>. Proxies of the environment are not used.
/// </remarks>
public sealed class NexusHttpMessageHandler : DelegatingHandler
{
    /// <summary>Connections through this client, which is not disposed with the handler.</summary>
    /// <param name="client">Must be started when the first request is sent.</param>
    /// <param name="configure">Changes other settings of the connections (TLS, pooling); null for the defaults.</param>
    public NexusHttpMessageHandler(NexusClient client, Action<SocketsHttpHandler>? configure = null)
        : base(CreateInner(client, configure))
    {
    }

    /// <inheritdoc/>
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        StayOffHttp3(request);
        return base.SendAsync(request, cancellationToken);
    }

    /// <inheritdoc/>
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        StayOffHttp3(request);
        return base.Send(request, cancellationToken);
    }

    private static SocketsHttpHandler CreateInner(NexusClient client, Action<SocketsHttpHandler>? configure)
    {
        ArgumentNullException.ThrowIfNull(client);
        var inner = new SocketsHttpHandler();
        configure?.Invoke(inner);
        inner.UseProxy = false;
        inner.ConnectCallback = (context, cancellationToken) => client.ConnectOutboundAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancellationToken);
        return inner;
    }

    private static void StayOffHttp3(HttpRequestMessage request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Version.Major >= 3)
        {
            if (request.VersionPolicy != HttpVersionPolicy.RequestVersionOrLower)
                throw new HttpRequestException(HttpRequestError.VersionNegotiationError, "HTTP/3 does not go through a hub.");
            request.Version = HttpVersion.Version20;
        }
        else if (request.VersionPolicy == HttpVersionPolicy.RequestVersionOrHigher)
        {
            // "Or higher" would follow a server's offer of HTTP/3, a redirection's too. Without TLS it says which version is spoken.
            var isSecure = request.RequestUri?.Scheme == Uri.UriSchemeHttps;
            if (isSecure) request.Version = HttpVersion.Version20;
            request.VersionPolicy = isSecure ? HttpVersionPolicy.RequestVersionOrLower : HttpVersionPolicy.RequestVersionExact;
        }
    }
}
