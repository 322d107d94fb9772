using Nexus.Mesh.Directory;
using Nexus.Mesh.Peering.Links;
using Nexus.Protocol.Naming;
using Nexus.Protocol.Peering;
using Nexus.Protocol.WebSockets;

namespace Nexus.Mesh.Peering.Routes;

/// <summary>
/// What one peer is told next. What it says is decided when it leaves, not when it is queued: however slow the line is, no more than one
/// waits, and the version is that of what it says (spec/node.md §14, 17).
/// </summary>
internal sealed class LinkAnnouncement(OwnAnnouncer owner, PeerLink link, LocalKeysWatch keys) : ITextSource
{
    private AnnouncementText? _text; // of which a part has left
    private ulong _last;
    private int _isQueued;

    /// <summary>Queues it, unless it waits already.</summary>
    public void Post()
    {
        if (Interlocked.Exchange(ref _isQueued, 1) == 0) link.Announce(this);
    }

    public int Read(Span<byte> room, out bool isEnd)
    {
        if (_text is null)
        {
            Volatile.Write(ref _isQueued, 0); // what changes from here on is another message's
            _text = Compose();
            if (_text is null)
            {
                isEnd = true;
                return 0;
            }
        }

        var written = _text.Read(room, out isEnd);
        if (isEnd) _text = null;
        return written;
    }

    /// <summary>Null when there is nothing to say.</summary>
    private AnnouncementText? Compose()
    {
        if (owner.IsWithdrawn) return Full([]);
        if (_last == 0) return Full([.. keys.Snapshot.ByKey.Keys]);
        var changes = keys.TakeChanges();
        if (changes.IsEmpty) return null;
        var current = owner.Current.ByKey;
        if (!link.IsExtended || changes.Added.Count + changes.Removed.Count > current.Count) return Full([.. current.Keys]);
        var before = _last;
        _last = owner.NextVersion();
        return AnnouncementText.Delta(_last, before, changes.Added, changes.Removed);
    }

    private AnnouncementText Full(IReadOnlyList<RouteKey> names)
    {
        _last = owner.NextVersion();
        return AnnouncementText.Full(_last, names, owner.Node);
    }
}
