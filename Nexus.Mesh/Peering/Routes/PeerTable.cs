using Nexus.Mesh.Peering.Links;
using Nexus.Protocol.Naming;

namespace Nexus.Mesh.Peering.Routes;

/// <summary>Which links lead to whom: what every peer has announced on its link, by key. A change costs in proportion to the change.</summary>
internal sealed class PeerTable(RegionRoutes regions)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<RouteKey, Entry> _entries = [];
    private readonly Dictionary<PeerLink, HashSet<RouteKey>> _keysOf = [];

    /// <summary>Keys that peers serve.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _entries.Count;
        }
    }

    /// <summary>Whether a peer has announced it.</summary>
    public bool Serves(RouteKey key)
    {
        lock (_lock) return _entries.ContainsKey(key);
    }

    /// <summary>A link has announced keys, or withdrawn them: this region's directory is told where that makes a difference.</summary>
    public void Apply(PeerLink link, IReadOnlyCollection<RouteKey> added, IReadOnlyCollection<RouteKey> removed)
    {
        List<RouteKey> gained = [];
        List<RouteKey> lost = [];
        lock (_lock)
        {
            if (!_keysOf.TryGetValue(link, out var keys)) _keysOf.Add(link, keys = []);
            foreach (var key in added)
            {
                if (keys.Add(key) && Add(key, link)) gained.Add(key);
            }

            foreach (var key in removed)
            {
                if (keys.Remove(key) && Remove(key, link)) lost.Add(key);
            }

            regions.Apply(link.Region, new(gained, lost), DistanceOf(link.Region));
        }
    }

    /// <summary>The link is lost: everything that it alone of its region has announced is too.</summary>
    public void Remove(PeerLink link)
    {
        lock (_lock)
        {
            if (!_keysOf.Remove(link, out var keys)) return;
            List<RouteKey> lost = [.. keys.Where(key => Remove(key, link))];
            if (!_keysOf.Keys.Any(other => other.Region == link.Region)) regions.Remove(link.Region);
            else regions.Apply(link.Region, new([], lost), DistanceOf(link.Region));
        }
    }

    /// <summary>The link has become shorter, or longer.</summary>
    public void Measured(PeerLink link)
    {
        lock (_lock)
        {
            if (_keysOf.ContainsKey(link)) regions.Move(link.Region, DistanceOf(link.Region));
        }
    }

    /// <summary>
    /// The link for the next user of a key: the nearest, by turns among those that are equally near (spec/node.md §5.9), and not one of those
    /// that were tried. Null when there is none.
    /// </summary>
    public PeerLink? Choose(RouteKey key, IReadOnlyCollection<PeerLink> tried)
    {
        PeerLink[] links;
        uint turn;
        lock (_lock)
        {
            if (!_entries.TryGetValue(key, out var entry)) return null;
            (links, turn) = (entry.Links, ++entry.Turn);
        }

        links = Array.FindAll(links, link => link.Takes(key) && !tried.Contains(link));
        if (links.Length == 0) return null;
        // Who is silent on one link is so on the others.
        if (Array.FindAll(links, link => link.Node is null || !tried.Any(other => other.Node?.Name == link.Node.Name)) is { Length: > 0 } others) links = others;
        var nearest = links.Min(link => link.Distance);
        links = Array.FindAll(links, link => LinkDistance.IsAsNear(link.Distance, nearest));
        return links[turn % (uint)links.Length];
    }

    private int DistanceOf(string region) => _keysOf.Keys.Where(link => link.Region == region).Select(link => link.Distance).DefaultIfEmpty(1).Min();

    private bool Add(RouteKey key, PeerLink link)
    {
        if (!_entries.TryGetValue(key, out var entry)) _entries.Add(key, entry = new());
        var isFirst = !Array.Exists(entry.Links, other => other.Region == link.Region);
        entry.Links = [.. entry.Links, link];
        return isFirst;
    }

    private bool Remove(RouteKey key, PeerLink link)
    {
        if (!_entries.TryGetValue(key, out var entry)) return false;
        entry.Links = [.. entry.Links.Where(other => other != link)];
        if (entry.Links.Length == 0) _entries.Remove(key);
        return !Array.Exists(entry.Links, other => other.Region == link.Region);
    }

    private sealed class Entry
    {
        public PeerLink[] Links { get; set; } = [];

        public uint Turn { get; set; }
    }
}
