using System.Net;
using System.Text;
using Nexus.Client.Configuration;

namespace Nexus.Client.Sessions;

/// <summary>
/// The way through an HTTP proxy (CONNECT). Which one is asked of an <see cref="IWebProxy"/>: the given one, or the one that
/// the environment variables HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY describe.
/// </summary>
internal sealed class ProxyTunnel(IWebProxy? configured)
{
    private const int MaxResponseHead = 16 * 1024;
    private readonly IWebProxy _proxy = configured ?? HttpClient.DefaultProxy;

    /// <summary>The proxy for this hub; null for the direct way.</summary>
    public Uri? Find(HubAddress hub)
    {
        // Proxies are looked up for web addresses; wss goes where https would go.
        var target = new UriBuilder(hub.Uri) { Scheme = hub.IsSecure ? Uri.UriSchemeHttps : Uri.UriSchemeHttp, Port = hub.Port }.Uri;
        if (_proxy.IsBypassed(target) || _proxy.GetProxy(target) is not { } proxy || proxy == target) return null;
        return proxy.Scheme == Uri.UriSchemeHttp
            ? proxy
            : throw new ConnectFailedException(NexusConnectError.ProxyRefused, $"Proxies of the kind {proxy.Scheme} are not supported; use http.");
    }

    /// <summary>Asks the proxy to open a connection to the hub; afterwards <paramref name="stream"/> reaches the hub.</summary>
    /// <exception cref="ConnectFailedException">The proxy does not want to.</exception>
    public async Task OpenAsync(Stream stream, Uri proxy, HubAddress hub, CancellationToken cancellationToken)
    {
        var target = hub.Host.Contains(':', StringComparison.Ordinal) ? $"[{hub.Host}]:{hub.Port}" : $"{hub.Host}:{hub.Port}";
        var request = $"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n{Authorization(proxy)}\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), cancellationToken).ConfigureAwait(false);
        var status = await ReadStatusAsync(stream, cancellationToken).ConfigureAwait(false);
        if (status is < 200 or > 299) throw new ConnectFailedException(NexusConnectError.ProxyRefused, $"The proxy answered with HTTP status {status}.");
    }

    private string Authorization(Uri proxy)
    {
        if (_proxy.Credentials?.GetCredential(proxy, "Basic") is not { UserName.Length: > 0 } credential) return "";
        return $"Proxy-Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credential.UserName}:{credential.Password}"))}\r\n";
    }

    private static async Task<int> ReadStatusAsync(Stream stream, CancellationToken cancellationToken)
    {
        // Byte by byte: what follows the head belongs to the hub, and must stay in the stream.
        var head = new byte[MaxResponseHead];
        for (var count = 0; count < head.Length;)
        {
            if (await stream.ReadAsync(head.AsMemory(count, 1), cancellationToken).ConfigureAwait(false) == 0) break;
            count++;
            if (!head.AsSpan(0, count).EndsWith("\r\n\r\n"u8)) continue;
            var parts = Encoding.Latin1.GetString(head, 0, count).Split(' ', 3);
            return parts.Length > 1 && int.TryParse(parts[1], out var status) ? status : 0;
        }

        throw new ConnectFailedException(NexusConnectError.ProxyRefused, "The proxy did not answer with HTTP.");
    }
}
