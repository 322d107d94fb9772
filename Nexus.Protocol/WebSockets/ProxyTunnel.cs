using System.Net;
using System.Text;

namespace Nexus.Protocol.WebSockets;

/// <summary>
/// The way through an HTTP proxy (CONNECT). Which one is asked of an <see cref="IWebProxy"/>: the given one, or the one that
/// the environment variables HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY describe (RFC 9110 §9.3.6).
/// </summary>
/// <param name="configured">Null: the environment's.</param>
public sealed class ProxyTunnel(IWebProxy? configured)
{
    private const int MaxResponseHead = 16 * 1024;
    private readonly IWebProxy _proxy = configured ?? HttpClient.DefaultProxy;

    /// <summary>The proxy on the way to a server; null for the direct way.</summary>
    /// <param name="target">The server.</param>
    /// <exception cref="ProxyRefusedException">A proxy is set that speaks something else than HTTP.</exception>
    public Uri? Find(WebSocketAddress target)
    {
        ArgumentNullException.ThrowIfNull(target);

        // Proxies are looked up for web addresses; wss goes where https would go.
        var web = new UriBuilder(target.Uri) { Scheme = target.IsSecure ? Uri.UriSchemeHttps : Uri.UriSchemeHttp, Port = target.Port }.Uri;
        if (_proxy.IsBypassed(web) || _proxy.GetProxy(web) is not { } proxy || proxy == web) return null;
        return proxy.Scheme == Uri.UriSchemeHttp
            ? proxy
            : throw new ProxyRefusedException($"Proxies of the kind {proxy.Scheme} are not supported; use http.");
    }

    /// <summary>Asks the proxy to open a connection to the server; afterwards <paramref name="stream"/> reaches it.</summary>
    /// <param name="stream">Connected to the proxy.</param>
    /// <param name="proxy">The proxy that <see cref="Find"/> has named.</param>
    /// <param name="target">The server.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ProxyRefusedException">The proxy does not want to, or answers with something else than HTTP.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public async Task OpenAsync(Stream stream, Uri proxy, WebSocketAddress target, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(proxy);
        ArgumentNullException.ThrowIfNull(target);
        var server = target.HostAndPort;
        var request = $"CONNECT {server} HTTP/1.1\r\nHost: {server}\r\n{Authorization(proxy)}\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), cancellationToken).ConfigureAwait(false);
        var status = await ReadStatusAsync(stream, cancellationToken).ConfigureAwait(false);
        if (status is < 200 or > 299) throw new ProxyRefusedException($"The proxy answered with HTTP status {status}.");
    }

    private string Authorization(Uri proxy)
    {
        if (_proxy.Credentials?.GetCredential(proxy, "Basic") is not { UserName.Length: > 0 } credential) return "";
        return $"Proxy-Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credential.UserName}:{credential.Password}"))}\r\n";
    }

    private static async Task<int> ReadStatusAsync(Stream stream, CancellationToken cancellationToken)
    {
        // Byte by byte: what follows the head is the server's, and must stay in the stream.
        var head = new byte[MaxResponseHead];
        for (var count = 0; count < head.Length;)
        {
            if (await stream.ReadAsync(head.AsMemory(count, 1), cancellationToken).ConfigureAwait(false) == 0) break;
            count++;
            if (!head.AsSpan(0, count).EndsWith("\r\n\r\n"u8)) continue;
            var parts = Encoding.Latin1.GetString(head, 0, count).Split(' ', 3);
            return parts.Length > 1 && int.TryParse(parts[1], out var status) ? status : 0;
        }

        throw new ProxyRefusedException("The proxy did not answer with HTTP.");
    }
}
