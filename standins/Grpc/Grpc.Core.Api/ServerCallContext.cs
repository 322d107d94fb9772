namespace Grpc.Core;

/// <summary>One call as its server method sees it.</summary>
public abstract class ServerCallContext
{
    // Derived only by the server of this stand-in; the package has more members to override.
    internal ServerCallContext()
    {
    }

    public string Method => MethodCore;

    public string Host => HostCore;

    /// <summary>"ipv4:address:port", "ipv6:[address]:port" or "unix:path".</summary>
    public string Peer => PeerCore;

    /// <summary>UTC; <see cref="DateTime.MaxValue"/> when the caller set none.</summary>
    public DateTime Deadline => DeadlineCore;

    /// <summary>Fires when the caller cancels, the connection is lost, or the deadline passes.</summary>
    public CancellationToken CancellationToken => CancellationTokenCore;

    public Metadata RequestHeaders => RequestHeadersCore;

    public Metadata ResponseTrailers => ResponseTrailersCore;

    public Status Status
    {
        get => StatusCore;
        set => StatusCore = value;
    }

    public WriteOptions? WriteOptions
    {
        get => WriteOptionsCore;
        set => WriteOptionsCore = value;
    }

    public IDictionary<object, object> UserState => UserStateCore;

    protected abstract string MethodCore { get; }

    protected abstract string HostCore { get; }

    protected abstract string PeerCore { get; }

    protected abstract DateTime DeadlineCore { get; }

    protected abstract CancellationToken CancellationTokenCore { get; }

    protected abstract Metadata RequestHeadersCore { get; }

    protected abstract Metadata ResponseTrailersCore { get; }

    protected abstract Status StatusCore { get; set; }

    protected abstract WriteOptions? WriteOptionsCore { get; set; }

    protected abstract IDictionary<object, object> UserStateCore { get; }

    /// <summary>Sends the headers at once; else they leave with the first message. At most once.</summary>
    public Task WriteResponseHeadersAsync(Metadata responseHeaders) => WriteResponseHeadersAsyncCore(responseHeaders);

    protected abstract Task WriteResponseHeadersAsyncCore(Metadata responseHeaders);
}
