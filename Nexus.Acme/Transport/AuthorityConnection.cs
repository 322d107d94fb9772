using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Nexus.Acme.Problems;

namespace Nexus.Acme.Transport;

/// <summary>
/// The only part that speaks HTTP. It follows no redirects, keeps no cookies, takes no compressed bodies, and limits the time, the
/// headers and the body of each answer.
/// </summary>
internal sealed class AuthorityConnection : IDisposable
{
    public const int MaxJson = 256 * 1024;
    public const int MaxChain = 64 * 1024;
    private const int MaxHeadersKib = 32;
    private const int MaxLinks = 32;

    private static readonly MediaTypeHeaderValue s_joseJson = new("application/jose+json");

    private readonly HttpClient _http;
    private readonly AcmeOptions _options;
    private readonly TimeProvider _time;

    /// <param name="options">Valid ones.</param>
    /// <param name="handler">Owned from here on; null: one made by the options.</param>
    /// <param name="time">For the limits, and for dates in Retry-After.</param>
    public AuthorityConnection(AcmeOptions options, HttpMessageHandler? handler, TimeProvider time)
    {
        _options = options;
        _time = time;
        // The limit is our own, by the time provider.
        _http = new HttpClient(handler ?? CreateHandler(options)) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", options.UserAgent);
        _http.DefaultRequestHeaders.TryAddWithoutValidation("Accept-Language", "en");
    }

    /// <summary>One request, signed when <paramref name="jws"/> is given (then a POST).</summary>
    /// <exception cref="AcmeException">No answer, not in time, or one that breaks a limit. Any status is an answer.</exception>
    public async Task<AuthorityAnswer> SendAsync(HttpMethod method, Uri url, byte[]? jws, AnswerKind kind, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_options.RequestTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var request = new HttpRequestMessage(method, url);
            request.Headers.TryAddWithoutValidation("Accept", kind == AnswerKind.Chain ? "application/pem-certificate-chain" : "application/json");
            if (jws is not null) request.Content = new ByteArrayContent(jws) { Headers = { ContentType = s_joseJson } };
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            return await ReadAsync(response, kind, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new AcmeException(AcmeErrorKind.TimedOut, $"No whole answer of {url.Host} within {_options.RequestTimeout.TotalSeconds:0} s");
        }
        catch (HttpRequestException ex)
        {
            throw new AcmeException(AcmeErrorKind.Unreachable, $"{url.Host}: {Describe(ex)}", ex);
        }
        catch (IOException ex)
        {
            throw new AcmeException(AcmeErrorKind.Unreachable, $"{url.Host}: the connection broke", ex);
        }
    }

    public void Dispose() => _http.Dispose();

    private static SocketsHttpHandler CreateHandler(AcmeOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            MaxResponseHeadersLength = MaxHeadersKib,
            MaxConnectionsPerServer = 4,
            // A body that is too long is not read to its end.
            MaxResponseDrainSize = 0,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            // Shorter than servers wait, so that a request seldom meets a connection that is just being closed.
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(20),
        };
        if (options.TrustedRoots is { } roots) handler.SslOptions = Trusting(roots);
        return handler;
    }

    private static SslClientAuthenticationOptions Trusting(X509Certificate2Collection roots)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(roots);
        return new() { CertificateChainPolicy = policy };
    }

    private async Task<AuthorityAnswer> ReadAsync(HttpResponseMessage response, AnswerKind kind, CancellationToken cancellationToken)
    {
        var isRedirect = (int)response.StatusCode is >= 300 and < 400;
        var max = kind == AnswerKind.Chain ? MaxChain : MaxJson;
        return new AuthorityAnswer
        {
            Status = (int)response.StatusCode,
            MediaType = response.Content.Headers.ContentType?.MediaType?.ToLowerInvariant() ?? "",
            Body = isRedirect || response.RequestMessage?.Method == HttpMethod.Head ? [] : await BoundedBody.ReadAsync(response.Content, max, cancellationToken).ConfigureAwait(false),
            Location = Field(response, "Location"),
            Nonce = Field(response, "Replay-Nonce"),
            RetryAfter = RetryAfterField.TryParse(Field(response, "Retry-After"), _time.GetUtcNow()),
            Links = response.Headers.NonValidated.TryGetValues("Link", out var links) ? [.. links.Take(MaxLinks)] : [],
        };
    }

    // As it came: the typed properties would refuse, or read in their own way, what is not quite right. Two of one field are none.
    private static string? Field(HttpResponseMessage response, string name) =>
        response.Headers.NonValidated.TryGetValues(name, out var values) && values.Count == 1 ? values.First() : null;

    private static string Describe(HttpRequestException ex) => ex.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => "its address cannot be looked up",
        HttpRequestError.ConnectionError => "no connection",
        HttpRequestError.SecureConnectionError => "its TLS certificate is not trusted, or the handshake failed",
        HttpRequestError.ConfigurationLimitExceeded => "the answer's headers are too long",
        HttpRequestError.ProxyTunnelError => "the proxy refused",
        _ => "the connection failed",
    };
}
