using Nexus.Protocol.Balancing;

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

    /// <summary>The sum of the weights, as far as it fits the directory's field.</summary>
    public int Weight => (int)Math.Min(_sessions.Sum(session => (long)WeightOf(session)), int.MaxValue);

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

    private static int WeightOf(BackendSession session) => Math.Min(session.Identity.Weight, MaxWeight);
}
