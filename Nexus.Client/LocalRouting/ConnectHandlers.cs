using System.Collections.Immutable;

namespace Nexus.Client.LocalRouting;

/// <summary>The connect handlers of the moment, of one client.</summary>
internal sealed class ConnectHandlers(ImmutableArray<NexusConnectHandler> handlers)
{
    private ImmutableArray<NexusConnectHandler> _handlers = handlers;

    public ImmutableArray<NexusConnectHandler> Current => _handlers;

    public void Use(ImmutableArray<NexusConnectHandler> handlers) => ImmutableInterlocked.InterlockedExchange(ref _handlers, handlers);
}
