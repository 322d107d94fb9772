using Grpc.Net.Client;

namespace Nexus.ServiceDefaults;

/// <summary>How our services call each other.</summary>
public static class GrpcDefaults
{
    internal const int MaxStreamsPerConnection = 10_000;

    internal static readonly TimeSpan KeepAlivePingDelay = TimeSpan.FromSeconds(10);
    internal static readonly TimeSpan KeepAlivePingTimeout = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan s_connectTimeout = TimeSpan.FromSeconds(5);

    /// <summary>
    /// A channel to another service. It connects with the first call, keeps the connection alive while calls are open,
    /// finds a dead peer within 20 s, and connects anew with the next call. Dispose it to cancel its calls.
    /// </summary>
    /// <param name="address">"http" means HTTP/2 without TLS. See <see cref="ServiceAddress"/>.</param>
    public static GrpcChannel CreateChannel(Uri address) => GrpcChannel.ForAddress(address, new GrpcChannelOptions
    {
        DisposeHttpClient = true,
        HttpHandler = new SocketsHttpHandler
        {
            ConnectTimeout = s_connectTimeout,
            EnableMultipleHttp2Connections = true,
            KeepAlivePingDelay = KeepAlivePingDelay,
            KeepAlivePingTimeout = KeepAlivePingTimeout,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            UseProxy = false,
        },
    });
}
