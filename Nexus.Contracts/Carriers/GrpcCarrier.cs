using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Net.Client;

namespace Nexus.Contracts.Carriers;

/// <summary>
/// Opens streams on targets by gRPC (`Streams.Relay`). The few HTTP/2 connections to an address are shared by all streams to it.
/// </summary>
public sealed class GrpcCarrier : IDisposable
{
    // Channels are light (the connections belong to the handler), but addresses come from outside: at this many the table is
    // started anew. Streams that are open keep their channel.
    private const int MaxChannels = 1024;

    private readonly ConcurrentDictionary<string, RelayTarget> _targets = new(StringComparer.Ordinal);
    private readonly SocketsHttpHandler[] _handlers; // each has a connection of its own to every target
    private readonly HttpMessageInvoker[] _connections;
    private readonly CancellationTokenSource _stopped = new();
    private readonly GrpcCarrierOptions _options;
    private readonly TimeProvider _time;

    /// <summary>A carrier with its own connections.</summary>
    public GrpcCarrier(GrpcCarrierOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        _options = options;
        _time = time;
        _handlers = [.. Enumerable.Range(0, options.Connections).Select(_ => CreateHandler(options))];
        _connections = [.. _handlers.Select(handler => new HttpMessageInvoker(handler, disposeHandler: false))];
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
        if (FindTarget(address) is not { } target) return OpenStreamResult.Refused(OpenRefusal.Rejected, "The target's address is not http(s), or must not be called without TLS.");

        using var timeout = new CancellationTokenSource(_options.OpenTimeout, _time);
        using var opening = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var call = target.Start(_stopped.Token);
        var channel = new RelayClientChannel(call);
        var isHandedOver = false;
        try
        {
            Status? refusal;
            using (opening.Token.UnsafeRegister(static state => ((RelayClientChannel)state!).Abort(), channel))
            {
                refusal = await OpenAsync(call, channel, open, prelude).ConfigureAwait(false);
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
        return FindTarget(address) is { } target
            ? new(target.Channel.CreateCallInvoker().AsyncDuplexStreamingCall(RawStreams.DatagramsMethod, host: null, default), events, options)
            : null;
    }

    /// <summary>Closes every connection, and with it every stream.</summary>
    public void Dispose()
    {
        _stopped.Cancel();
        foreach (var target in _targets.Values) target.Channel.Dispose();
        foreach (var connection in _connections) connection.Dispose();
        foreach (var handler in _handlers) handler.Dispose();
    }

    private static SocketsHttpHandler CreateHandler(GrpcCarrierOptions options)
    {
        var handler = new SocketsHttpHandler
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
        options.ConfigureHandler?.Invoke(handler);
        return handler;
    }

    /// <summary>Null when the target has accepted. Then all bytes were sent, or the channel is broken and its reader says so.</summary>
    private static async Task<Status?> OpenAsync(RelayCall call, RelayClientChannel channel, OpenStream open, ReadOnlyMemory<byte> prelude)
    {
        if (await TrySendAsync(call.WriteAsync(RelayFrameFormat.ToMessage(open.ToWire()))).ConfigureAwait(false) && open.IsTls)
            await TrySendAsync(channel.WriteAsync(prelude, CancellationToken.None)).ConfigureAwait(false);
        if (!await call.IsAcceptedAsync().ConfigureAwait(false)) return await call.ReadRefusalAsync().ConfigureAwait(false);

        if (!open.IsTls) await TrySendAsync(channel.WriteAsync(prelude, CancellationToken.None)).ConfigureAwait(false);
        return null;
    }

    /// <summary>A target that refuses may do so before it has read everything: its answer tells, not the failed write.</summary>
    private static async Task<bool> TrySendAsync(ValueTask write)
    {
        try
        {
            await write.ConfigureAwait(false);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static OpenStreamResult Refused(Status status)
    {
        if (status.DebugException is not null) return OpenStreamResult.Refused(OpenRefusal.Unreachable, status.Detail);
        var refusal = RelayStatus.ToRefusal(status.StatusCode);
        return OpenStreamResult.Refused(refusal, refusal == OpenRefusal.Rejected ? $"{status.StatusCode}: {status.Detail}" : status.Detail);
    }

    /// <summary>Null when the address, which comes from outside, is none.</summary>
    private RelayTarget? FindTarget(string address)
    {
        if (_targets.TryGetValue(address, out var known)) return known;
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps)) return null;
        if (_options.IsAllowed?.Invoke(uri) == false) return null;
        if (_targets.Count >= MaxChannels) _targets.Clear();
        return _targets.GetOrAdd(
            address,
            static (_, target) => new RelayTarget(
                target.Address,
                GrpcChannel.ForAddress(target.Address, new GrpcChannelOptions { HttpHandler = target.Carrier._handlers[0] }),
                target.Carrier._connections),
            (Address: uri, Carrier: this));
    }
}
