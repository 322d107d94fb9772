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
            EnableMultipleHttp2Connections = true, // a connection takes the peer's limit of streams, usually 100
            ConnectTimeout = options.ConnectTimeout,
            KeepAlivePingDelay = options.KeepAlive,
            KeepAlivePingTimeout = options.KeepAlive,
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
    /// <param name="address">"http://host:port" (HTTP/2 without TLS) or "https://host:port".</param>
    /// <param name="open">What the target must know.</param>
    /// <param name="prelude">Sent before the answer, so that it costs no round trip; may be empty. Used until the result is there.</param>
    /// <param name="cancellationToken">Gives up opening; it does not end the stream afterwards.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired.</exception>
    public async ValueTask<OpenStreamResult> OpenAsync(string address, OpenStream open, ReadOnlyMemory<byte> prelude, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(open);
        using var timeout = new CancellationTokenSource(_options.OpenTimeout, _time);
        using var opening = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var call = GetChannel(address).CreateCallInvoker().AsyncDuplexStreamingCall(RawStreams.RelayMethod, host: null, default);
        var channel = new RelayClientChannel(call);
        var isAccepted = false;
        try
        {
            using (opening.Token.UnsafeRegister(static state => ((RelayClientChannel)state!).Abort(), channel))
            {
                await SendAsync(call, open, prelude).ConfigureAwait(false);
                isAccepted = await IsAcceptedAsync(call).ConfigureAwait(false) && !opening.IsCancellationRequested;
            }

            if (isAccepted) return OpenStreamResult.Accepted(channel);

            cancellationToken.ThrowIfCancellationRequested();
            return timeout.IsCancellationRequested
                ? OpenStreamResult.Refused(OpenRefusal.Timeout)
                : Refused(await ReadStatusAsync(call).ConfigureAwait(false));
        }
        finally
        {
            if (!isAccepted) await channel.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Closes every connection, and with it every stream.</summary>
    public void Dispose()
    {
        foreach (var channel in _channels.Values) channel.Dispose();
        _handler.Dispose();
    }

    /// <summary>A target that refuses may do so before it has read everything: its answer tells, not the failed write.</summary>
    private static async Task SendAsync(AsyncDuplexStreamingCall<RelayFrame, RelayFrame> call, OpenStream open, ReadOnlyMemory<byte> prelude)
    {
        var frame = new RelayFrame();
        frame.SetOpen(open.ToWire());
        try
        {
            await call.RequestStream.WriteAsync(frame).ConfigureAwait(false);
            frame.SetOpen(null);
            while (!prelude.IsEmpty)
            {
                var part = prelude[..Math.Min(prelude.Length, RelayFrameFormat.MaxRequestData)];
                prelude = prelude[part.Length..];
                frame.Borrow(part);
                await call.RequestStream.WriteAsync(frame).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is RpcException or IOException or InvalidOperationException or OperationCanceledException)
        {
            // IsAcceptedAsync waits for the answer, which has the status.
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

    private GrpcChannel GetChannel(string address)
    {
        if (_channels.TryGetValue(address, out var known)) return known;
        if (_channels.Count >= MaxChannels) _channels.Clear();
        return _channels.GetOrAdd(
            address,
            static (key, handler) => GrpcChannel.ForAddress(key, new GrpcChannelOptions { HttpHandler = handler }),
            _handler);
    }
}
