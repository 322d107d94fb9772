using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Nexus.Client.AspNetCore;

/// <summary>Kestrel's transport for one backend. Other end points stay with other transports.</summary>
internal sealed class TunnelTransport(TunnelListeners listeners) : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    public bool CanBind(EndPoint endpoint) => endpoint is NexusTunnelEndPoint tunnel && tunnel.BackendName == listeners.BackendName;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        endpoint is NexusTunnelEndPoint tunnel && CanBind(endpoint)
            ? ValueTask.FromResult<IConnectionListener>(listeners.Bind(tunnel))
            : throw new NotSupportedException($"{endpoint} is not a tunnel of {listeners.BackendName}.");
}
