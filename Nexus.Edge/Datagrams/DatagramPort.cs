using System.Net.Sockets;
using Nexus.Contracts.Carriers;
using Nexus.Edge.Routing;
using Nexus.Protocol.Backend;

namespace Nexus.Edge.Datagrams;

/// <summary>
/// One UDP relay port: its socket, its flows, and the loop that takes datagrams in. The loop never waits for anything but the
/// socket: what cannot be passed on is dropped and counted.
/// </summary>
internal sealed class DatagramPort(DatagramSocket socket, DatagramsOptions options, LiveRoutes routes, FlowLinks links, DatagramsMetrics metrics, TimeProvider time, ILogger logger)
    : IDisposable
{
    /// <summary>
    /// Replies keep a flow alive, but not for ever: otherwise one forged datagram could point a backend that streams at somebody
    /// who never asked.
    /// </summary>
    private const int MaxIdleTimesOnRepliesOnly = 10;

    private static readonly TimeSpan s_pauseAfterFailure = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly FlowTable _flows = new(options.MaxFlows, options.MaxFlowsPerClient);
    private readonly int _port = socket.Port;
    private long _idleTicks = ToTicks(options.FlowIdleTimeout, time);

    public int Port => _port;

    public int FlowCount
    {
        get { lock (_lock) return _flows.Count; }
    }

    /// <summary>Takes datagrams in until <paramref name="cancellationToken"/> fires.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await socket.WaitAsync(cancellationToken);
                for (var count = socket.Receive(); count > 0; count = cancellationToken.IsCancellationRequested ? 0 : socket.Receive()) TakeIn(count);
            }
            catch (SocketException e) when (!cancellationToken.IsCancellationRequested)
            {
                DatagramsLog.ReceiveFailed(logger, _port, e.SocketErrorCode, s_pauseAfterFailure);
                await Task.Delay(s_pauseAfterFailure, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception e) when (cancellationToken.IsCancellationRequested && e is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                return;
            }
            catch (Exception e)
            {
                // The owner of the loop: a bug that one datagram meets is told, and does not close the port for all.
                DatagramsLog.Faulted(logger, _port, e);
                await Task.Delay(s_pauseAfterFailure, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Ends what has been idle for too long, by the backends' present wishes. Called once per second.</summary>
    public void Sweep()
    {
        var idle = routes.Table.FindUdpPort(_port) is { FlowIdleTimeout: var asked } && asked > TimeSpan.Zero ? asked : options.FlowIdleTimeout;
        List<Flow> expired = [];
        lock (_lock)
        {
            _idleTicks = ToTicks(idle, time);
            _flows.RemoveBefore(time.GetTimestamp() - _idleTicks, expired);
        }

        foreach (var flow in expired) Close(flow, FlowClose.Idle, FlowEnd.Idle);
    }

    /// <summary>Ends all flows; no new ones may come any more.</summary>
    public void CloseAll()
    {
        List<Flow> flows;
        lock (_lock) flows = _flows.RemoveAll();
        foreach (var flow in flows) Close(flow, FlowClose.Stopping, FlowEnd.Stopping);
    }

    /// <summary>A datagram of the backend; from the link's reading loop.</summary>
    public void OnReply(Flow flow, ReadOnlySpan<byte> datagram)
    {
        if (datagram.Length > options.MaxDatagramBytes)
        {
            metrics.Dropped(fromUser: false, DatagramDrop.Oversize);
            return;
        }

        FlowAddress local;
        lock (_lock)
        {
            if (flow.IsRemoved) return;
            var now = time.GetTimestamp();
            flow.HasReply = true;
            if (now - flow.LastFromUser < _idleTicks * MaxIdleTimesOnRepliesOnly)
            {
                flow.LastActive = now;
                _flows.Touch(flow);
            }

            local = flow.Local;
        }

        if (socket.TrySend(flow.Key, local, datagram)) metrics.Passed(fromUser: false);
        else metrics.Dropped(fromUser: false, DatagramDrop.SendFailed);
    }

    /// <summary>The hub or the call to it ended the flow, which the link has forgotten: the user's next datagram opens a new one.</summary>
    public void OnEnd(Flow flow, FlowClose close)
    {
        lock (_lock)
        {
            if (flow.IsRemoved) return;
            _flows.Remove(flow);
        }

        metrics.FlowClosed(close);
    }

    public void Dispose() => socket.Dispose();

    private static long ToTicks(TimeSpan span, TimeProvider time) => (long)(span.TotalSeconds * time.TimestampFrequency);

    private void TakeIn(int count)
    {
        for (var i = 0; i < count; i++)
        {
            if (socket.Get(i, out var user, out var local, out var datagram)) OnDatagram(user, local, datagram);
            else metrics.Dropped(fromUser: true, DatagramDrop.Oversize);
        }
    }

    private void OnDatagram(in FlowKey user, FlowAddress local, ReadOnlySpan<byte> datagram)
    {
        if (FindOrOpen(user, local) is not { Link: { } link }) return;
        if (link.TrySend(datagram)) metrics.Passed(fromUser: true);
        else metrics.Dropped(fromUser: true, DatagramDrop.QueueFull);
    }

    /// <summary>Null when there is none, which was counted.</summary>
    private Flow? FindOrOpen(in FlowKey user, FlowAddress local)
    {
        Flow? expired = null;
        lock (_lock)
        {
            var now = time.GetTimestamp();
            if (_flows.TryFind(user, out var flow))
            {
                if (now - flow.LastActive < _idleTicks)
                {
                    Use(flow, local, now);
                    return flow;
                }

                _flows.Remove(flow);
                expired = flow;
            }
        }

        if (expired is not null) Close(expired, FlowClose.Idle, FlowEnd.Idle);
        return Open(user, local);
    }

    private void Use(Flow flow, FlowAddress local, long now)
    {
        flow.Local = local;
        flow.LastActive = flow.LastFromUser = now;
        flow.IsConfirmed |= flow.HasReply;
        _flows.Touch(flow);
    }

    /// <summary>Only the receiving loop opens flows.</summary>
    private Flow? Open(in FlowKey user, FlowAddress local)
    {
        if (routes.Table.FindUdpPort(_port) is not { } route)
        {
            metrics.Dropped(fromUser: true, DatagramDrop.NoRoute);
            return null;
        }

        var flow = new Flow(user) { Port = this, Local = local };
        Flow? evicted;
        lock (_lock)
        {
            flow.LastActive = flow.LastFromUser = time.GetTimestamp();
            evicted = _flows.Add(flow);
        }

        metrics.FlowOpened();
        if (evicted is not null) Close(evicted, FlowClose.Evicted, FlowEnd.Evicted);
        var open = new OpenStream { ClientAddress = user.ToString(), LocalPort = _port, ClaimedPort = _port, Transport = StreamTransport.Udp };
        flow.Link = links.TryOpen(route, flow, open);
        if (flow.Link is not null) return HasStayed(flow) ? flow : null;

        OnEnd(flow, FlowClose.TargetLost);
        metrics.Dropped(fromUser: true, DatagramDrop.NoTarget);
        return null;
    }

    /// <summary>Whoever took the flow out of the table before it had its link could not end it there.</summary>
    private bool HasStayed(Flow flow)
    {
        bool isRemoved;
        lock (_lock) isRemoved = flow.IsRemoved;
        if (isRemoved) flow.Link?.End(FlowEnd.Idle);
        return !isRemoved;
    }

    /// <summary>After the flow has left the table.</summary>
    private void Close(Flow flow, FlowClose close, FlowEnd end)
    {
        flow.Link?.End(end);
        metrics.FlowClosed(close);
    }
}
