using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;
using Nexus.Hub.Authentication;
using Nexus.Protocol.Naming;

namespace Nexus.Hub.Sessions;

/// <summary>The sessions of this hub by route: one weighted pool per key, gone when its last backend is (spec/node.md §3.7, §3.8).</summary>
internal sealed class SessionRegistry(IOptions<SessionsOptions> options, CurrentAuthentication authentication, RouteLedger ledger) : IDisposable
{
    private readonly CancellationTokenSource _stopped = new();
    private readonly SessionsOptions _options = options.Value;
    private readonly Lock _gate = new();
    private readonly Dictionary<RouteKey, RoutePool> _pools = [];
    private readonly HashSet<BackendSession> _sessions = [];
    private bool _isDraining;

    /// <summary>Fires once all sessions were ended.</summary>
    public CancellationToken Stopped => _stopped.Token;

    /// <summary>The hub stops: no session and no stream is taken any more.</summary>
    public bool IsDraining
    {
        get { lock (_gate) return _isDraining; }
    }

    /// <summary>Whether another owner serves one of the routes, and must not be joined.</summary>
    public bool IsTaken(BackendIdentity identity)
    {
        if (authentication.Value.Options.NameConflicts == NameConflicts.Share) return false;
        lock (_gate) return IsHeldByAnother(identity);
    }

    /// <summary>Accepted, or why not. Sessions that serve the same routes are asked for a sign of life.</summary>
    public HandshakeOutcome Add(BackendSession session)
    {
        HashSet<BackendSession> siblings = [];
        var isExclusive = authentication.Value.Options.NameConflicts == NameConflicts.FirstOwnerOnly;
        lock (_gate)
        {
            if (_isDraining) return HandshakeOutcome.Draining;
            if (_sessions.Count >= _options.MaxSessions) return HandshakeOutcome.HubFull;
            if (isExclusive && IsHeldByAnother(session.Identity)) return HandshakeOutcome.NameTaken;
            _sessions.Add(session);
            foreach (var key in session.Identity.Routes)
            {
                if (!_pools.TryGetValue(key, out var pool)) _pools.Add(key, pool = new());
                siblings.UnionWith(pool.Sessions);
                pool.Add(session);
            }

            ledger.Set([.. session.Identity.Routes.Select(key => _pools[key].WeightOf(key))]);
        }

        // A backend that lost its connection and is back: its old session may not have noticed yet.
        foreach (var sibling in siblings) sibling.Probe();
        return HandshakeOutcome.Accepted;
    }

    public void Remove(BackendSession session)
    {
        lock (_gate)
        {
            if (!_sessions.Remove(session)) return;
            var changes = new List<RouteWeight>(session.Identity.Routes.Count);
            foreach (var key in session.Identity.Routes)
            {
                var pool = _pools[key];
                pool.Remove(session);
                if (pool.IsEmpty) _pools.Remove(key);
                changes.Add(pool.WeightOf(key));
            }

            ledger.Set(changes);
        }
    }

    /// <summary>
    /// The next backend for a key: of the exact pool, else of the wildcard that covers the name. Sessions in
    /// <paramref name="refused"/> are passed over; doubtful ones are taken only when nothing else is there.
    /// </summary>
    public bool TryChoose(RouteKey key, IReadOnlySet<BackendSession> refused, [NotNullWhen(true)] out BackendSession? session)
    {
        lock (_gate)
        {
            if (TryChooseFrom(key, refused, out session)) return true;
            return key.Kind == RouteKind.Host
                && RouteKey.TryGetWildcardFor(key.Name, out var wildcard)
                && TryChooseFrom(wildcard, refused, out session);
        }
    }

    /// <summary>Sessions.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _sessions.Count;
        }
    }

    /// <summary>Whether any session has a stream, one that is only about to run included.</summary>
    public bool HasStreams
    {
        get
        {
            lock (_gate) return _sessions.Any(session => session.StreamCount > 0);
        }
    }

    /// <summary>Refuses everything new from now on and withdraws the routes; how many sessions are still there.</summary>
    public int BeginDrain()
    {
        lock (_gate)
        {
            _isDraining = true;
            ledger.Withdraw();
            return _sessions.Count;
        }
    }

    public void EndAll(SessionEnd end)
    {
        BackendSession[] sessions;
        lock (_gate) sessions = [.. _sessions];
        foreach (var session in sessions) session.Decide(end);
        _stopped.Cancel();
    }

    public void Dispose() => _stopped.Dispose();

    private bool IsHeldByAnother(BackendIdentity identity) => identity.Routes.Any(key =>
        _pools.TryGetValue(key, out var pool) && pool.Sessions.Any(session => session.Identity.Owner != identity.Owner));

    private bool TryChooseFrom(RouteKey key, IReadOnlySet<BackendSession> refused, [NotNullWhen(true)] out BackendSession? session)
    {
        session = _pools.TryGetValue(key, out var pool) ? pool.Choose(refused) : null;
        return session is not null;
    }
}
