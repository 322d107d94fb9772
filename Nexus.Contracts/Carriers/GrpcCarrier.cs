using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Net.Client;

namespace Nexus.Contracts.Carriers;

/// <summary>
/// Opens streams on targets by gRPC (`Streams.Relay`). One channel per address; its HTTP/2 connections are shared by all
/// streams to it.
/// </summary>
public sealed class GrpcCarrier : IDisposable
{
    // Channels are light (the connections belong to the handler), but addresses come from outside: at this many the table is
    // started anew. Streams that are open keep their channel.
    private const int MaxChannels = 1024;

    private readonly ConcurrentDictionary<string, GrpcChannel> _channels = new(StringComparer.Ordinal);
    private readonly SocketsHttpHandler _handler;
    private readonly GrpcCarrierOptions _options;
    private readonly TimeProvider _time;

    /// <summary>A carrier with its own connections.</summary>
    public GrpcCarrier(GrpcCarrierOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        _options = options;
        _time = time;
        _handler = new SocketsHttpHandler
        {
            InitialHttp2StreamWindowSize = RelayWindows.Stream,
            EnableMultipleHttp2Connections = true, // a connection takes the peer's limit of streams, usually 100
            ConnectTimeout = options.ConnectTimeout,
            KeepAlivePingDelay = options.KeepAliveDelay,
            KeepAlivePingTimeout = options.KeepAliveTimeout,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            ActivityHeadersPropagator = null, // the trace travels in the open request
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
        };
        options.ConfigureHandler?.Invoke(_handler);
    }

    /// <summary>
    /// Opens a stream and sends <paramref name="prelude"/>, the user's first bytes. Only a refusal permits trying another
    /// target with the same bytes.
    /// </summary>
    /// <remarks>
    /// A target that did not answer in time, or was lost, may have given a backend what it got. So only a TLS hello is sent
    /// before the answer, which saves a round trip: a server that sees one twice does nothing twice. All else waits until the
    /// target has accepted.
    /// </remarks>
    /// <param name="address">"http://host:port" (HTTP/2 without TLS) or "https://host:port"; anything else is refused.</param>
    /// <param name="open">What the target must know.</param>
    /// <param name="prelude">May be empty. Used until the result is there.</param>
    /// <param name="cancellationToken">Gives up opening; it does not end the stream afterwards.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired.</exception>
    public async ValueTask<OpenStreamResult> OpenAsync(string address, OpenStream open, ReadOnlyMemory<byte> prelude, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(open);
        if (FindChannel(address) is not { } target) return OpenStreamResult.Refused(OpenRefusal.Rejected, "The target's address is not http(s).");

        using var timeout = new CancellationTokenSource(_options.OpenTimeout, _time);
        using var opening = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var call = target.CreateCallInvoker().AsyncDuplexStreamingCall(RawStreams.RelayMethod, host: null, default);
        var channel = new RelayClientChannel(call);
        var isHandedOver = false;
        try
        {
            Status? refusal;
            using (opening.Token.UnsafeRegister(static state => ((RelayClientChannel)state!).Abort(), channel))
            {
                refusal = await OpenAsync(call, open, prelude).ConfigureAwait(false);
            }

            cancellationToken.ThrowIfCancellationRequested();
            isHandedOver = refusal is null;
            if (refusal is not { } status) return OpenStreamResult.Accepted(channel);

            return timeout.IsCancellationRequested ? OpenStreamResult.Refused(OpenRefusal.Timeout) : Refused(status);
        }
        finally
        {
            if (!isHandedOver) await channel.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>A call for all UDP flows to one target; null when <paramref name="address"/> is none. It connects when it runs.</summary>
    /// <param name="address">As for <see cref="OpenAsync(string, OpenStream, ReadOnlyMemory{byte}, CancellationToken)"/>.</param>
    /// <param name="events">Takes what the target sends.</param>
    /// <param name="options">Bounds of what waits to be sent.</param>
    public DatagramClientCall? OpenDatagrams(string address, IFlowEvents events, DatagramOutboxOptions options)
    {
        ArgumentNullException.ThrowIfNull(events);
        ArgumentNullException.ThrowIfNull(options);
        return FindChannel(address) is { } target
            ? new(target.CreateCallInvoker().AsyncDuplexStreamingCall(RawStreams.DatagramsMethod, host: null, default), events, options)
            : null;
    }

    /// <summary>Closes every connection, and with it every stream.</summary>
    public void Dispose()
    {
        foreach (var channel in _channels.Values) channel.Dispose();
        _handler.Dispose();
    }

    /// <summary>Null when the target has accepted. Then all bytes were sent, or the channel is broken and its reader says so.</summary>
    private static async Task<Status?> OpenAsync(AsyncDuplexStreamingCall<RelayFrame, RelayFrame> call, OpenStream open, ReadOnlyMemory<byte> prelude)
    {
        var frame = new RelayFrame();
        frame.SetOpen(open.ToWire());
        await TryWriteAsync(call, frame).ConfigureAwait(false);
        frame.SetOpen(null);
        if (open.IsTls) await SendAsync(call, frame, prelude).ConfigureAwait(false);
        if (!await IsAcceptedAsync(call).ConfigureAwait(false)) return await ReadStatusAsync(call).ConfigureAwait(false);

        if (!open.IsTls) await SendAsync(call, frame, prelude).ConfigureAwait(false);
        return null;
    }

    private static async Task SendAsync(AsyncDuplexStreamingCall<RelayFrame, RelayFrame> call, RelayFrame frame, ReadOnlyMemory<byte> prelude)
    {
        var isOpen = true;
        while (isOpen && !prelude.IsEmpty)
        {
            var part = prelude[..Math.Min(prelude.Length, RelayFrameFormat.BestData)];
            prelude = prelude[part.Length..];
            frame.Borrow(part);
            isOpen = await TryWriteAsync(call, frame).ConfigureAwait(false);
        }
    }

    /// <summary>A target that refuses may do so before it has read everything: its answer tells, not the failed write.</summary>
    private static async Task<bool> TryWriteAsync(AsyncDuplexStreamingCall<RelayFrame, RelayFrame> call, RelayFrame frame)
    {
        try
        {
            await call.RequestStream.WriteAsync(frame).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception) when (exception is RpcException or IOException or InvalidOperationException or OperationCanceledException)
        {
            return false;
        }
    }

    private static async Task<bool> IsAcceptedAsync(AsyncDuplexStreamingCall<RelayFrame, RelayFrame> call)
    {
        try
        {
            var headers = await call.ResponseHeadersAsync.ConfigureAwait(false);
            return headers.GetValue(RelayHeader.Stream) == RelayHeader.Accepted;
        }
        catch (RpcException)
        {
            return false;
        }
    }

    private static async Task<Status> ReadStatusAsync(AsyncDuplexStreamingCall<RelayFrame, RelayFrame> call)
    {
        try
        {
            var hasMore = await call.ResponseStream.MoveNext(CancellationToken.None).ConfigureAwait(false);
            return new Status(StatusCode.Unknown, hasMore ? "Data without having accepted." : "Ended without having accepted.");
        }
        catch (RpcException exception)
        {
            return exception.Status;
        }
    }

    private static OpenStreamResult Refused(Status status) => status.StatusCode switch
    {
        _ when status.DebugException is not null => OpenStreamResult.Refused(OpenRefusal.Unreachable, status.Detail),
        StatusCode.NotFound => OpenStreamResult.Refused(OpenRefusal.NotFound, status.Detail),
        StatusCode.ResourceExhausted => OpenStreamResult.Refused(OpenRefusal.ResourceExhausted, status.Detail),
        StatusCode.Unavailable or StatusCode.Aborted => OpenStreamResult.Refused(OpenRefusal.Unavailable, status.Detail),
        _ => OpenStreamResult.Refused(OpenRefusal.Rejected, $"{status.StatusCode}: {status.Detail}"),
    };

    /// <summary>Null when the address, which comes from outside, is none.</summary>
    private GrpcChannel? FindChannel(string address)
    {
        if (_channels.TryGetValue(address, out var known)) return known;
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps)) return null;
        if (_channels.Count >= MaxChannels) _channels.Clear();
        return _channels.GetOrAdd(
            address,
            static (_, target) => GrpcChannel.ForAddress(target.Address, new GrpcChannelOptions { HttpHandler = target.Handler }),
            (Address: uri, Handler: _handler));
    }
}
