using System.Collections.Frozen;
using Nexus.Contracts.Carriers;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Naming;

namespace Nexus.Hub.Sessions;

/// <summary>Finds a backend for a new UDP flow, and another one when the first cannot take it.</summary>
internal sealed class FlowOpener(SessionRegistry registry)
{
    /// <summary>Fires when the hub stops and has ended all sessions.</summary>
    public CancellationToken Stopped => registry.Stopped;

    /// <summary>The flow, with `connect` queued; or why there is none.</summary>
    public (UserFlow? Flow, FlowEnd Refusal) Open(RouteKey key, IFlowUser user, ulong number, in ControlMessage connect)
    {
        if (registry.IsDraining) return (null, FlowEnd.Stopping);
        HashSet<BackendSession>? refused = null;
        while (registry.TryChoose(key, refused ?? (IReadOnlySet<BackendSession>)FrozenSet<BackendSession>.Empty, out var session))
        {
            if (session.TryOpenFlow(user, number, connect) is { } flow) return (flow, default);
            (refused ??= []).Add(session);
        }

        return (null, refused is null ? FlowEnd.NoBackend : FlowEnd.Full);
    }
}
