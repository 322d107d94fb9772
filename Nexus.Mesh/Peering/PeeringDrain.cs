using Nexus.Mesh.Peering.Flows;
using Nexus.Mesh.Peering.Links;
using Nexus.Mesh.Peering.Routes;
using Nexus.Mesh.Peering.Tunnels;
using Nexus.ServiceDefaults;

namespace Nexus.Mesh.Peering;

/// <summary>The orderly stop: peers are told that nothing is served here, tunnels finish, links are closed with a reason.</summary>
internal sealed class PeeringDrain(Drain drain, OwnAnnouncer announcer, TunnelRunner tunnels, PeerLinks links, DestinationTunnels destinations, HubFlows flows) : IHostedService
{
    private readonly List<IDisposable> _steps = [];

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _steps.Add(drain.Register(DrainStage.Withdraw, "peers", _ =>
        {
            announcer.Withdraw();
            return Task.CompletedTask;
        }));
        _steps.Add(drain.Register(DrainStage.Finish, "tunnels", FinishAsync));
        return Task.CompletedTask;
    }

    /// <summary>The links end with the tunnels: Kestrel, which stops before we are told to, would wait for those that peers have dialled.</summary>
    private async Task FinishAsync(CancellationToken cancellationToken)
    {
        try
        {
            await tunnels.WhenEmptyAsync(cancellationToken);
        }
        finally
        {
            links.Stop();
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        links.Stop();
        foreach (var step in _steps) step.Dispose();
        await flows.StopAsync().WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await destinations.WhenOverAsync().WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
