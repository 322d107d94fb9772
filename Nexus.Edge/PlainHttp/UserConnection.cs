using System.Diagnostics;
using System.Net;
using System.Text;
using Microsoft.Extensions.Options;
using Nexus.Contracts.Carriers;
using Nexus.Edge.Passthrough;
using Nexus.Edge.Routing;

namespace Nexus.Edge.PlainHttp;

/// <summary>
/// One user's connection and the connections to backends that belong to it. They are never shared with another user,
/// because the backend was told this user's address, and they end with it.
/// </summary>
internal sealed class UserConnection(RelayAddresses addresses, LiveRoutes routes, TargetOpener opener, IOptions<PlainHttpOptions> options, CancellationToken closed) : IAsyncDisposable
{
    private static readonly HttpRequestOptionsKey<bool> s_hasConnected = new("Nexus.Edge.HasConnected");

    private readonly Lock _lock = new();
    private readonly List<ChannelStream> _streams = [];
    private readonly HashSet<string> _hosts = [];
    private HttpMessageInvoker? _backends;
    private bool _isClosed;

    /// <summary>
    /// The sender for a request to this host. HTTP/1.1 has one request at a time, so when the connection asks for one host
    /// too many, the connections to the others are idle and are ended.
    /// </summary>
    public async ValueTask<HttpMessageInvoker> BackendsForAsync(string host)
    {
        await EndStreamsAsync(onlyAbandoned: true);
        lock (_lock) _streams.ForEach(stream => stream.HasWritten = false);
        if (!_hosts.Contains(host) && _hosts.Count >= options.Value.MaxBackendConnections) await EndBackendsAsync();
        _hosts.Add(host);
        return _backends ??= new HttpMessageInvoker(new PromptBodyHandler(CreateHandler()), disposeHandler: true);
    }

    public ValueTask DisposeAsync()
    {
        lock (_lock) _isClosed = true;
        return EndBackendsAsync();
    }

    private async ValueTask EndBackendsAsync()
    {
        _backends?.Dispose();
        _backends = null;
        _hosts.Clear();
        await EndStreamsAsync(onlyAbandoned: false);
    }

    private async ValueTask EndStreamsAsync(bool onlyAbandoned)
    {
        List<ChannelStream> ended;
        lock (_lock)
        {
            ended = _streams.FindAll(stream => !onlyAbandoned || stream.IsAbandoned);
            _streams.RemoveAll(ended.Contains);
        }
        foreach (var stream in ended) await stream.EndAsync();
    }

    private SocketsHttpHandler CreateHandler() => new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        MeterFactory = UnobservedMeters.Instance,
        ActivityHeadersPropagator = null, // the trace context travels in the carrier; the request stays as it is
        MaxConnectionsPerServer = 1,
        PooledConnectionLifetime = Timeout.InfiniteTimeSpan,
        ConnectTimeout = Timeout.InfiniteTimeSpan, // TargetOpener has its own
        RequestHeaderEncodingSelector = static (_, _) => Encoding.Latin1, // bytes in, bytes out
        ResponseHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
        ConnectCallback = ConnectAsync,
    };

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        // The HTTP client repeats a request without a body when its connection ends before an answer. That would do it twice,
        // and it may not bear that (RFC 9110 §9.2.2). One that bears it is repeated once, when it was lost on a connection that
        // was there before: a backend may end an idle one at the very moment.
        var request = context.InitialRequestMessage;
        var isRepeated = request.Options.TryGetValue(s_hasConnected, out _) || (HasSent() && !IsIdempotent(request.Method));
        if (isRepeated) throw new IOException("The backend ended the connection without an answer.");
        request.Options.Set(s_hasConnected, true);

        var host = context.DnsEndPoint.Host;
        var route = routes.Table.FindHost(host) ?? throw new NoBackendException(OpenRefusal.NotFound);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, closed);
        var opened = await opener.OpenAsync(route, Describe(host, RequestTracing.SpanOf(request)), default, either.Token);
        if (!opened.IsAccepted) throw new NoBackendException(opened.Refusal);

        var stream = new ChannelStream(opened.Channel);
        if (TryKeep(stream)) return stream;
        await stream.EndAsync();
        throw new NoBackendException(OpenRefusal.None);
    }

    private OpenStream Describe(string host, Activity? span) => new()
    {
        ClientAddress = addresses.ClientText,
        LocalPort = addresses.LocalPort,
        Host = host,
        TraceParent = span?.Id ?? "",
        TraceState = span?.TraceStateString ?? "",
    };

    /// <summary>Whether a backend may have got bytes of the present request.</summary>
    private bool HasSent()
    {
        lock (_lock) return _streams.Exists(stream => stream.HasWritten);
    }

    /// <summary>RFC 9110 §9.2.2.</summary>
    private static bool IsIdempotent(HttpMethod method) =>
        method == HttpMethod.Get || method == HttpMethod.Head || method == HttpMethod.Options
        || method == HttpMethod.Put || method == HttpMethod.Delete || method == HttpMethod.Trace;

    /// <summary>False when the user left while the stream was opened.</summary>
    private bool TryKeep(ChannelStream stream)
    {
        lock (_lock)
        {
            if (_isClosed) return false;
            _streams.Add(stream);
            return true;
        }
    }
}
