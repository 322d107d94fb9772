using Nexus.Protocol.Naming;

namespace Nexus.Mesh.Directory;

/// <summary>The word about one target: a hub's for as long as its lease is renewed, others' until it is finished. Disposal withdraws it.</summary>
internal sealed class RouteAnnouncement : IDisposable
{
    // Not disposed: it may be cancelled by the directory at any moment, and without a timer it holds nothing.
    private readonly CancellationTokenSource _ended = new();
    private readonly RouteDirectory _directory;
    private readonly ITimer _expiry;

    public RouteAnnouncement(RouteDirectory directory, HubTarget target, ulong call, RouteSource source, TimeSpan lease, TimeProvider time)
    {
        _directory = directory;
        Call = call;
        Source = source;
        Lease = lease;
        Target = target;
        _expiry = time.CreateTimer(static state => (state as RouteAnnouncement)?.Finish(AnnouncementEnd.LeaseExpired), this, lease, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Written under the directory's lock.</summary>
    public HubTarget Target { get; internal set; }

    /// <summary>Of two announcements of one target the one with the higher number counts.</summary>
    public ulong Call { get; }

    public RouteSource Source { get; }

    /// <summary>Of a hub that announces here.</summary>
    public HubLoad Load { get; set; } = HubLoad.None;

    /// <summary>How long it lives without a word; infinite unless it is a hub's.</summary>
    public TimeSpan Lease { get; }

    /// <summary>The newest revision that watchers can see; null before the first full state. Written under the directory's lock.</summary>
    public ulong? Revision { get; internal set; }

    /// <summary>Why it is over; null while it is not. Written under the directory's lock.</summary>
    public AnnouncementEnd? End { get; internal set; }

    /// <summary>Cancelled when it is over.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>Everything the target serves; also what was announced of it before is replaced by it, by this announcement or an older one.</summary>
    public AnnounceResult Replace(ulong revision, IReadOnlyDictionary<RouteKey, RouteTerms> routes) => _directory.Replace(this, revision, routes);

    /// <summary>What changed since the revision before.</summary>
    public AnnounceResult Change(ulong revision, IReadOnlyList<WeightedRoute> upserts, IReadOnlyList<RouteKey> removals) =>
        _directory.Change(this, revision, upserts, removals);

    /// <summary>The target, which has the same id, is elsewhere, or at another distance; what it serves stays.</summary>
    public AnnounceResult Move(HubTarget target) => _directory.Move(this, target);

    /// <summary>The hub lives: the lease starts anew.</summary>
    public void Renew() => _expiry.Change(Lease, Timeout.InfiniteTimeSpan);

    /// <summary>Ends the announcement for this reason, unless it has ended before.</summary>
    public void Finish(AnnouncementEnd end) => _directory.Finish(this, end);

    public void Dispose() => Finish(AnnouncementEnd.Lost);

    /// <summary>Whether this one, which has just told its state, takes the place of the one of the same target that counted so far.</summary>
    internal bool CountsMoreThan(RouteAnnouncement owner) => Call == owner.Call
        ? Source != RouteSource.Store || owner.Source == RouteSource.Store
        : Call > owner.Call;

    internal void SignalEnd()
    {
        _expiry.Dispose();
        _ended.Cancel();
    }
}
