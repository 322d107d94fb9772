using Microsoft.Extensions.Options;
using Nexus.Edge.Listening;
using Nexus.Edge.Routing;

namespace Nexus.Edge.Datagrams;

/// <summary>
/// The UDP relay ports: binds them and owns their loops and the clock of their flows. Drain: datagrams have no end to wait for, so
/// the ports go on until the connections have finished. Stop: flows end, their backends are told.
/// </summary>
internal sealed class DatagramRelay(
    IOptions<DatagramsOptions> options, IOptions<ListeningOptions> listening, LiveRoutes routes, FlowLinks links, DatagramsMetrics metrics,
    TimeProvider time, ILogger<DatagramRelay> logger) : BackgroundService
{
    private static readonly TimeSpan s_tick = TimeSpan.FromSeconds(1);

    private readonly List<DatagramPort> _ports = [];

    /// <summary>The bound ports, in the order of the option; empty before the start.</summary>
    public IReadOnlyList<DatagramPort> Ports => _ports;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var port in options.Value.Ports)
        {
            var socket = DatagramSocket.Bind(listening.Value.Address, port, options.Value.MaxDatagramBytes);
            _ports.Add(new DatagramPort(socket, options.Value, routes, links, metrics, time, logger));
            DatagramsLog.Listening(logger, _ports[^1].Port);
        }

        return base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        foreach (var port in _ports) port.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var loops = Task.WhenAll(_ports.Select(port => port.RunAsync(stoppingToken)));
        try
        {
            using var timer = new PeriodicTimer(s_tick, time);
            while (_ports.Count > 0 && await timer.WaitForNextTickAsync(stoppingToken))
            {
                foreach (var port in _ports) port.Sweep();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops.
        }
        finally
        {
            await loops;
            foreach (var port in _ports) port.CloseAll();
            await links.StopAsync();
        }
    }
}
