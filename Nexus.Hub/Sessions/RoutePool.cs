using Nexus.Protocol.Balancing;
using Nexus.Protocol.Naming;

namespace Nexus.Hub.Sessions;

/// <summary>The sessions that serve one key.</summary>
internal sealed class RoutePool
{
    /// <summary>A token may say any weight; the rotation's work grows with the ratio of the weights, and nobody needs more.</summary>
    private const int MaxWeight = 65_535;

    private readonly WeightedRoundRobin<BackendSession> _rotation = new();
    private readonly List<BackendSession> _sessions = [];

    public IReadOnlyList<BackendSession> Sessions => _sessions;

    public bool IsEmpty => _sessions.Count == 0;

    /// <summary>What it serves under its key; the weight as far as it fits the directory's field.</summary>
    public RouteWeight WeightOf(RouteKey key) => new(
        key,
        (int)Math.Min(_sessions.Sum(session => (long)WeightOf(session)), int.MaxValue),
        key.Kind == RouteKind.UdpPort ? FlowIdleTimeoutOf(key.Port) : TimeSpan.Zero);

    public void Add(BackendSession session)
    {
        _rotation.Add(session, WeightOf(session));
        _sessions.Add(session);
    }

    public void Remove(BackendSession session)
    {
        _rotation.Remove(session);
        _sessions.Remove(session);
    }

    /// <summary>
    /// The next one in rotation that was not refused and shows signs of life; else any such one; else a doubtful one; else null.
    /// </summary>
    public BackendSession? Choose(IReadOnlySet<BackendSession> refused)
    {
        // One round is enough when all is well. A light backend comes up rarely, so the rest are looked at directly.
        for (var i = 0; i < _sessions.Count; i++)
        {
            if (_rotation.TryNext(out var next) && !refused.Contains(next) && !next.IsDoubtful()) return next;
        }

        return _sessions.Find(session => !refused.Contains(session) && !session.IsDoubtful())
            ?? _sessions.Find(session => !refused.Contains(session));
    }

    private TimeSpan FlowIdleTimeoutOf(int port) =>
        _sessions.SelectMany(session => session.Identity.Granted.UdpRoutes).Where(route => route.Port == port).Select(route => route.IdleTimeout).DefaultIfEmpty().Max();

    private static int WeightOf(BackendSession session) => Math.Min(session.Identity.Weight, MaxWeight);
}
