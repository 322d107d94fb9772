using Nexus.Protocol.Backend;
using Nexus.Protocol.Channels;
using Nexus.Protocol.Naming;

namespace Nexus.Hub.Sessions;

/// <summary>Finds a backend for a new user, and another one when the first cannot take it.</summary>
internal sealed class StreamOpener(SessionRegistry registry)
{
    /// <summary>The stream, with `connect` queued; or why there is none.</summary>
    public (UserStream? Stream, StreamRefusal Refusal) Open(RouteKey key, IByteChannel user, in ControlMessage connect)
    {
        if (registry.IsDraining) return (null, StreamRefusal.Draining);
        HashSet<BackendSession> refused = [];
        while (registry.TryChoose(key, refused, out var session))
        {
            if (session.TryOpen(user, connect) is { } stream) return (stream, default);
            refused.Add(session);
        }

        return (null, refused.Count == 0 ? StreamRefusal.NoBackend : StreamRefusal.BackendsFull);
    }
}
