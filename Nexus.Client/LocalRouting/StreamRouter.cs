using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Nexus.Client.InProcess;
using Nexus.Client.Sessions;
using Nexus.Client.Streams;
using Nexus.Client.Tls;
using Nexus.Client.UserAddress;
using Nexus.Protocol.Channels;

namespace Nexus.Client.LocalRouting;

/// <summary>Finds the local side of a user's connection: connect handlers in their order, then the port mappings.</summary>
internal sealed class StreamRouter(PortMappingTable mappings, ConnectHandlers handlers, TlsTermination tls, ILogger logger, TimeProvider time)
{
    private readonly SeldomWarning _noRoute = new(time);
    private readonly SeldomWarning _dialFailed = new(time);
    private volatile PortMappingTable _mappings = mappings;

    /// <summary>Other mappings, from the next user on.</summary>
    public void Use(PortMappingTable mappings) => _mappings = mappings;

    /// <summary>Never throws for what may happen: cancellation and errors are failures in the result.</summary>
    public async Task<OpenedLocal> OpenAsync(NexusConnectRequest request, CancellationToken cancellationToken) => tls.AwaitsHttp(request)
        ? OpenedLocal.Opened(tls.ProveHttp(request, async (_, token) => (await OpenPassedAsync(request, token).ConfigureAwait(false)).Channel)) // before the handlers: they would get the authority's question
        : await OpenPassedAsync(request, cancellationToken).ConfigureAwait(false);

    /// <summary>For a user that no proof is meant for.</summary>
    private async Task<OpenedLocal> OpenPassedAsync(NexusConnectRequest request, CancellationToken cancellationToken)
    {
        var result = await AskHandlersAsync(request, cancellationToken).ConfigureAwait(false);
        switch (result)
        {
            case null:
                return OpenedLocal.Failed(StreamEnd.DialFailed);
            case NexusConnectResult.DatagramsResult mistaken:
                RoutingLog.WrongTransport(logger, request.StreamId);
                await new HandlerDatagrams(mistaken.Channel, request.StreamId, logger).DisposeAsync().ConfigureAwait(false);
                return OpenedLocal.Failed(StreamEnd.DialFailed);
            case NexusConnectResult.ChannelResult made:
                return OpenedLocal.Opened(new ForeignChannel(made.Channel, request.StreamId, logger));
            case NexusConnectResult.RunResult run:
                return OpenedLocal.Opened(InProcessChannel.Start(run, request.StreamId, logger));
            case NexusConnectResult.RejectResult rejected:
                RoutingLog.Rejected(logger, request.StreamId, rejected.Reason);
                return OpenedLocal.Failed(StreamEnd.Rejected);
            case NexusConnectResult.DialResult dial:
                return await DialAsync(request, dial.Target, cancellationToken).ConfigureAwait(false);
        }

        if (_mappings.Find(request.Port, request.Hostname) is not { } target)
        {
            RoutingLog.NoRoute(logger, _noRoute, request.StreamId, request.Port);
            return OpenedLocal.Failed(StreamEnd.NoRoute);
        }

        if (target.Certificates is not { } certificates || !request.IsTls) return await DialAsync(request, target, cancellationToken).ConfigureAwait(false);
        return OpenedLocal.Opened(tls.EndTls(
            request,
            certificates,
            (alpn, token) => DialAsync(request, target.Target, channel => ProxyPreface.AddAsync(channel, request, target.ProxyProtocol, alpn, token), token)));
    }

    /// <summary>The same for a UDP user.</summary>
    public async Task<OpenedDatagrams> OpenDatagramsAsync(NexusConnectRequest request, CancellationToken cancellationToken)
    {
        switch (await AskHandlersAsync(request, cancellationToken).ConfigureAwait(false))
        {
            case NexusConnectResult.DatagramsResult made:
                return OpenedDatagrams.Opened(new HandlerDatagrams(made.Channel, request.StreamId, logger));
            case NexusConnectResult.RejectResult rejected:
                RoutingLog.Rejected(logger, request.StreamId, rejected.Reason);
                return OpenedDatagrams.Failed(StreamEnd.Rejected);
            case NexusConnectResult.DialResult dial:
                return await DialDatagramsAsync(request, dial.Target.Target, cancellationToken).ConfigureAwait(false);
            case NexusConnectResult.NoRouteResult when _mappings.Find(request.Port, request.Hostname) is { } target:
                return await DialDatagramsAsync(request, target.Target, cancellationToken).ConfigureAwait(false);
            case NexusConnectResult.NoRouteResult:
                RoutingLog.NoRoute(logger, _noRoute, request.StreamId, request.Port);
                return OpenedDatagrams.Failed(StreamEnd.NoRoute);
            case NexusConnectResult.ChannelResult mistaken:
                RoutingLog.WrongTransport(logger, request.StreamId);
                await new ForeignChannel(mistaken.Channel, request.StreamId, logger).DisposeAsync().ConfigureAwait(false);
                return OpenedDatagrams.Failed(StreamEnd.DialFailed);
            default:
                return OpenedDatagrams.Failed(StreamEnd.DialFailed);
        }
    }

    /// <returns>Null when a handler failed.</returns>
    private async Task<NexusConnectResult?> AskHandlersAsync(NexusConnectRequest request, CancellationToken cancellationToken)
    {
        foreach (var handler in handlers.Current)
        {
            try
            {
                var result = await handler(request, cancellationToken).ConfigureAwait(false);
                if (result is not NexusConnectResult.NoRouteResult) return result;
            }
            catch (Exception ex) // a handler is foreign code: whatever it throws ends this user's connection and nothing else
            {
                RoutingLog.HandlerFailed(logger, request.StreamId, ex);
                return null;
            }
        }

        return NexusConnectResult.NoRoute;
    }

    private async Task<OpenedLocal> DialAsync(NexusConnectRequest request, MappedTarget mapped, CancellationToken cancellationToken)
    {
        var channel = await DialAsync(
            request, mapped.Target, channel => ProxyPreface.AddAsync(channel, request, mapped.ProxyProtocol, cancellationToken), cancellationToken).ConfigureAwait(false);
        return channel is null ? OpenedLocal.Failed(StreamEnd.DialFailed) : OpenedLocal.Opened(channel);
    }

    private async Task<IByteChannel?> DialAsync(NexusConnectRequest request, LocalTarget target, Func<IByteChannel, ValueTask<IByteChannel>> addPreface, CancellationToken cancellationToken)
    {
        try
        {
            var socket = await TcpDialer.ConnectAsync(target.Host, target.Port, cancellationToken).ConfigureAwait(false);
            return await addPreface(new SocketChannel(socket)).ConfigureAwait(false);
        }
        catch (IOException ex)
        {
            RoutingLog.DialFailed(logger, _dialFailed, request.StreamId, request.Port, ex.GetType().Name);
        }
        catch (SocketException ex)
        {
            RoutingLog.DialFailed(logger, _dialFailed, request.StreamId, request.Port, ex.SocketErrorCode.ToString());
        }
        catch (OperationCanceledException)
        {
            RoutingLog.DialFailed(logger, _dialFailed, request.StreamId, request.Port, "cancelled or out of time");
        }

        return null;
    }

    private async Task<OpenedDatagrams> DialDatagramsAsync(NexusConnectRequest request, LocalTarget target, CancellationToken cancellationToken)
    {
        try
        {
            return OpenedDatagrams.Opened(await LocalUdpSocket.ConnectAsync(target.Host, target.Port, cancellationToken).ConfigureAwait(false));
        }
        catch (SocketException ex)
        {
            RoutingLog.DialFailed(logger, _dialFailed, request.StreamId, request.Port, ex.SocketErrorCode.ToString());
        }
        catch (OperationCanceledException)
        {
            RoutingLog.DialFailed(logger, _dialFailed, request.StreamId, request.Port, "cancelled or out of time");
        }

        return OpenedDatagrams.Failed(StreamEnd.DialFailed);
    }
}
