using System.Runtime.InteropServices;
using Nexus.Protocol.Naming;

namespace Nexus.Protocol.Peering;

/// <summary>
/// What the node at the other end of one link has announced. A full state costs as much as it has names, a change as much as it
/// changes. When the link ends its owner takes all <see cref="Keys"/> back.
/// </summary>
/// <remarks>Not thread-safe: belongs to the link's receiver.</remarks>
/// <param name="maxNames">Most names that the link may have; more are left out.</param>
public sealed class PeerRoutes(int maxNames = PeerMessage.DefaultMaxNames)
{
    private readonly Dictionary<RouteKey, ulong> _names = []; // with the version of the last full state that had it, or the change
    private readonly int _maxNames = maxNames > 0 ? maxNames : throw new ArgumentOutOfRangeException(nameof(maxNames));

    /// <summary>The version in force; 0 before the first one.</summary>
    public ulong Version { get; private set; }

    /// <summary>Names in force.</summary>
    public int Count => _names.Count;

    /// <summary>The names in force, in no order.</summary>
    public IReadOnlyCollection<RouteKey> Keys => _names.Keys;

    /// <summary>Whether the node announces it itself.</summary>
    public bool Contains(RouteKey key) => _names.ContainsKey(key);

    /// <summary>Takes an announcement in and says what it has changed.</summary>
    public PeerRoutesChange Apply(PeerAnnouncement announcement)
    {
        ArgumentNullException.ThrowIfNull(announcement);
        if (announcement.Version <= Version) return PeerRoutesChange.None(PeerRoutesResult.Stale);
        if (announcement.Base is null) return Replace(announcement);
        return Version == 0 || announcement.Base != Version ? PeerRoutesChange.None(PeerRoutesResult.Gap) : Change(announcement);
    }

    private PeerRoutesChange Replace(PeerAnnouncement announcement)
    {
        Version = announcement.Version;
        var (added, removed, kept) = (new List<RouteKey>(), new List<RouteKey>(), 0);
        var skipped = announcement.Skipped;
        foreach (var name in announcement.Names)
        {
            if (kept == _maxNames && !IsOf(name, Version))
            {
                skipped++; // what the link had before makes room first, or not
                continue;
            }

            ref var version = ref CollectionsMarshal.GetValueRefOrAddDefault(_names, name, out var exists);
            if (!exists) added.Add(name);
            if (version != Version) kept++;
            version = Version;
        }

        if (kept < _names.Count)
        {
            foreach (var (name, version) in _names)
            {
                if (version == Version) continue;
                removed.Add(name);
                _names.Remove(name);
            }
        }

        return new(PeerRoutesResult.Applied, added, removed, skipped);
    }

    private PeerRoutesChange Change(PeerAnnouncement announcement)
    {
        Version = announcement.Version;
        var (added, removed) = (new List<RouteKey>(), new List<RouteKey>());
        var skipped = announcement.Skipped;
        var stays = announcement.Removed.Count > 0 ? announcement.Names.ToHashSet() : []; // what is in both lists is there afterwards
        foreach (var name in announcement.Removed)
        {
            if (!stays.Contains(name) && _names.Remove(name)) removed.Add(name);
        }

        foreach (var name in announcement.Names)
        {
            if (_names.ContainsKey(name)) continue;
            if (_names.Count >= _maxNames)
            {
                skipped++;
                continue;
            }

            _names[name] = Version;
            added.Add(name);
        }

        return new(PeerRoutesResult.Applied, added, removed, skipped);
    }

    private bool IsOf(RouteKey name, ulong version) => _names.TryGetValue(name, out var has) && has == version;
}
