using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Nexus.Edge.Passthrough;
using Nexus.Edge.ProxyProtocol;
using Nexus.Protocol.Channels;
using Nexus.ServiceDefaults;

namespace Nexus.Edge.Listening;

/// <summary>
/// The relay ports: binds them, accepts, admits, and owns the connections until they end. Drain: unbind, let the
/// connections go on until the limit. Stop: abort the rest, await all.
/// </summary>
internal sealed class RelayListener(
    IOptions<ListeningOptions> options,
    ConnectionLimiter limiter,
    TrustedProxies proxies,
    PassthroughHandler passthrough,
    ListeningMetrics metrics,
    Drain drain,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<RelayListener> logger) : IHostedService, IDisposable
{
    private readonly ListeningOptions _options = options.Value;
    private readonly List<Socket> _listeners = [];
    private readonly List<Task> _loops = [];
    private readonly List<IDisposable> _drainSteps = [];
    private readonly ConnectionSet _connections = new();
    private readonly CancellationTokenSource _unbound = new();
    private readonly CancellationTokenSource _aborted = new();

    /// <summary>Where the relay ports are bound, in the order of the option; empty before the start.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints { get; private set; } = [];

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var endPoints = new List<IPEndPoint>();
        foreach (var port in _options.RelayPorts)
        {
            var listener = RelaySocket.Listen(_options, port);
            _listeners.Add(listener);
            var endPoint = (IPEndPoint?)listener.LocalEndPoint ?? throw new InvalidOperationException("A bound socket has no address.");
            endPoints.Add(endPoint);
            ListeningLog.Listening(logger, endPoint);
        }
        EndPoints = endPoints;
        _loops.AddRange(_listeners.Select(AcceptAsync)); // only when all are bound
        _drainSteps.Add(drain.Register(DrainStage.StopAccepting, "relay ports", UnbindAsync));
        _drainSteps.Add(drain.Register(DrainStage.Finish, "relayed connections", FinishAsync));
        return Task.CompletedTask;
    }

    /// <summary>Cuts what the drain left.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await UnbindAsync(cancellationToken);
        if (_connections.Count > 0) ListeningLog.Aborting(logger, _connections.Count);
        await _aborted.CancelAsync();
        await _connections.WhenEmptyAsync().WaitAsync(cancellationToken); // the host's patience is the bound
        _drainSteps.ForEach(step => step.Dispose());
    }

    public void Dispose()
    {
        foreach (var listener in _listeners) listener.Dispose();
        _unbound.Dispose();
        _aborted.Dispose();
    }

    private async Task UnbindAsync(CancellationToken cancellationToken)
    {
        await _unbound.CancelAsync();
        foreach (var listener in _listeners) listener.Dispose();
        await Task.WhenAll(_loops).WaitAsync(cancellationToken);
    }

    private Task FinishAsync(CancellationToken cancellationToken)
    {
        ListeningLog.Draining(logger, _connections.Count);
        return _connections.WhenEmptyAsync().WaitAsync(cancellationToken);
    }

    private async Task AcceptAsync(Socket listener)
    {
        var endPoint = listener.LocalEndPoint ?? new IPEndPoint(IPAddress.None, 0);
        var backOff = new AcceptBackOff(time);
        while (!_unbound.IsCancellationRequested)
        {
            try
            {
                var socket = await listener.AcceptAsync(_unbound.Token);
                backOff.Reset();
                Admit(socket);
            }
            catch (SocketException e) when (!_unbound.IsCancellationRequested)
            {
                var action = AcceptErrors.Classify(e.SocketErrorCode);
                metrics.AcceptFailed(e.SocketErrorCode, action);
                ListeningLog.AcceptFailed(logger, endPoint, e.SocketErrorCode, action);
                if (action == AcceptErrorAction.Ignore) continue;
                if (action == AcceptErrorAction.Fatal)
                {
                    ListeningLog.ListenerBroken(logger, endPoint, e.SocketErrorCode);
                    lifetime.StopApplication();
                    return;
                }
                if (backOff.IsFirst) ListeningLog.AcceptShort(logger, e.SocketErrorCode, AcceptBackOff.Pause);
                if (!await backOff.WaitAsync(_unbound.Token)) return;
            }
            catch (Exception e) when (_unbound.IsCancellationRequested && e is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                return;
            }
        }
    }

    private void Admit(Socket socket)
    {
        if (RelaySocket.TryPrepare(socket, _options) is not { } addresses)
        {
            socket.Dispose(); // gone already
            return;
        }
        var isProxy = proxies.Include(addresses.Client.Address, addresses.LocalPort);
        if (limiter.TryAdmit(addresses.Client.Address, isProxy) is not { } admission)
        {
            socket.Dispose();
            return;
        }
        if (RelaySocket.TryOwn(socket) is not { } user)
        {
            admission.Dispose();
            return;
        }
        _connections.Add(ServeAsync(user, new Arrival(addresses, _options.IsClaimOnly(addresses.LocalPort), isProxy ? admission.TryChargeTo : null), admission));
    }

    private async Task ServeAsync(SocketChannel user, Arrival arrival, Admission admission)
    {
        try
        {
            await passthrough.ServeAsync(user, arrival, _aborted.Token);
        }
        catch (Exception e)
        {
            // The owner of the task: a fault in one connection is logged and counted, and touches no other.
            ListeningLog.ConnectionFaulted(logger, e);
        }
        finally
        {
            admission.Dispose();
        }
    }
}
