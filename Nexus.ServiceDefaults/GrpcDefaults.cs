using Grpc.Net.Client;

namespace Nexus.ServiceDefaults;

/// <summary>How our services call each other.</summary>
public static class GrpcDefaults
{
    /// <summary>
    /// A relayed connection is a call. Kestrel remembers a call that it ended before the caller did for 5 s, and refuses new ones
    /// when it remembers twice this number: with 100, backends that end 40 connections a second would stop all others. Times
    /// <see cref="StreamWindow"/> it must stay below 2 GiB, HTTP/2's largest window.
    /// </summary>
    internal const int MaxStreamsPerConnection = 8_000;

    /// <summary>What a call whose receiver does not read can hold of our memory.</summary>
    internal const int StreamWindow = 256 * 1024;

    /// <summary>
    /// Room for every call of a connection. With Kestrel's default, 1 MiB, two calls whose receivers do not read stop all others
    /// of the connection.
    /// </summary>
    internal const int ConnectionWindow = StreamWindow * MaxStreamsPerConnection;

    internal const string MaxWindowVariable = "DOTNET_SYSTEM_NET_HTTP_SOCKETSHTTPHANDLER_FLOWCONTROL_MAXSTREAMWINDOWSIZE";
    internal const string MaxClientWindow = "1048576";

    internal static readonly TimeSpan KeepAlivePingDelay = TimeSpan.FromSeconds(10);
    internal static readonly TimeSpan KeepAlivePingTimeout = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan s_connectTimeout = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Bounds what a call can hold whose answers came fast and are then not read. The platform's client lets a call's window grow to 16 MiB; 1 MiB
    /// is 20 MiB/s over a round trip of 50 ms. It knows no other way than the environment, which it reads before the first request of the
    /// process; what the operator has set holds.
    /// </summary>
    public static void BoundClientWindows()
    {
        if (Environment.GetEnvironmentVariable(MaxWindowVariable) is null) Environment.SetEnvironmentVariable(MaxWindowVariable, MaxClientWindow);
    }

    /// <summary>
    /// A channel to another service. It connects with the first call, keeps the connection alive while calls are open,
    /// finds a dead peer within 20 s, and connects anew with the next call. Dispose it to cancel its calls.
    /// </summary>
    /// <param name="address">"http" means HTTP/2 without TLS. See <see cref="ServiceAddress"/>.</param>
    /// <param name="configure">Says more of how to connect: whom to trust, and who we are; null for nothing.</param>
    public static GrpcChannel CreateChannel(Uri address, Action<SocketsHttpHandler>? configure = null)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = s_connectTimeout,
            EnableMultipleHttp2Connections = true,
            KeepAlivePingDelay = KeepAlivePingDelay,
            KeepAlivePingTimeout = KeepAlivePingTimeout,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            UseProxy = false,
        };
        configure?.Invoke(handler);
        return GrpcChannel.ForAddress(address, new GrpcChannelOptions { DisposeHttpClient = true, HttpHandler = handler });
    }
}
