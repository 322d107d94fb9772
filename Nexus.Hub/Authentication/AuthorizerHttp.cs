using System.Net;
using System.Net.Sockets;
using Nexus.Hub.Networks;
using Nexus.WebSocketHosting.Certificates;

namespace Nexus.Hub.Authentication;

/// <summary>
/// The hub's requests to authorizers. Clients for addresses that the operator has configured, and another for those that come out of
/// tokens: that one follows nothing by itself, shows no certificate unless told to, and connects to public addresses only.
/// </summary>
internal sealed class AuthorizerHttp : IDisposable
{
    private const int MaxRedirects = 5;
    private const int MaxConnectionsPerServer = 64; // more questions wait, within their time limits
    private const int MaxHeadersKilobytes = 16;

    private static readonly TimeSpan s_connectionLifetime = TimeSpan.FromMinutes(2); // a moved name is noticed

    private readonly CurrentAuthentication _current;
    private readonly NodeCertificate _certificate;
    private readonly AuthorizerTrust _trust;

    public AuthorizerHttp(CurrentAuthentication current, NodeCertificate certificate)
    {
        _current = current;
        _certificate = certificate;
        var options = current.Value.Options;
        _trust = AuthorizerTrust.From(options.TrustedRootsFile);

        Verifier = MakeClient(Configured(options.RemoteVerifierClientCertificate));
        KeySet = MakeClient(Configured(showsCertificate: false));
        var fromTokens = MakeHandler(options.StatusClientCertificate);
        fromTokens.AllowAutoRedirect = false;
        fromTokens.PooledConnectionLifetime = TimeSpan.Zero;
        fromTokens.UseProxy = options.StatusThroughProxy;
        if (!options.StatusThroughProxy) fromTokens.ConnectCallback = ConnectToPublicAsync;
        Status = MakeClient(fromTokens);
    }

    /// <summary>Redirects are followed a few times; the system's proxies are used.</summary>
    public HttpClient Verifier { get; }

    /// <summary>The same, without a certificate.</summary>
    public HttpClient KeySet { get; }

    /// <summary>For addresses out of tokens.</summary>
    public HttpClient Status { get; }

    public void Dispose()
    {
        Verifier.Dispose();
        KeySet.Dispose();
        Status.Dispose();
    }

    private SocketsHttpHandler Configured(bool showsCertificate)
    {
        var handler = MakeHandler(showsCertificate);
        handler.AllowAutoRedirect = true; // never from https to http
        handler.MaxAutomaticRedirections = MaxRedirects;
        handler.PooledConnectionLifetime = s_connectionLifetime;
        return handler;
    }

    private SocketsHttpHandler MakeHandler(bool showsCertificate)
    {
        var handler = new SocketsHttpHandler
        {
            UseCookies = false,
            MaxConnectionsPerServer = MaxConnectionsPerServer,
            MaxResponseHeadersLength = MaxHeadersKilobytes,
            MaxResponseDrainSize = 0, // what nobody wants to read is not fetched
            ActivityHeadersPropagator = null,
        };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => _trust.IsTrusted(certificate, chain, errors);
        // Sent only when the other side asks. Without a certificate there is no backend whose token could be asked about.
        if (showsCertificate) handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => _certificate.Current;
        return handler;
    }

    // Times are limited by the callers, with the host's clock.
    private static HttpClient MakeClient(SocketsHttpHandler handler) => new(handler) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Looks at the addresses that are really connected to: a name that changes its meaning in between gains nothing.</summary>
    private async ValueTask<Stream> ConnectToPublicAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var target = context.DnsEndPoint;
        var addresses = IPAddress.TryParse(target.Host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(target.Host, cancellationToken);
        var allowed = Array.FindAll(addresses, IsAllowed);
        if (allowed.Length == 0) throw new AddressRefusedException();
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, target.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private bool IsAllowed(IPAddress address) =>
        PublicAddress.IsPublic(address) || _current.Value.StatusNetworks.Any(network => network.Contains(PublicAddress.Unwrap(address)));
}
