using Nexus.Protocol.Backend;
using Nexus.Protocol.Naming;
using Nexus.Protocol.WebSockets;

namespace Nexus.Protocol.Peering;

/// <summary>
/// An announcement as a text message, written from the names themselves: 100,000 of them cost what one piece costs. One writer per link;
/// any number of them may share the names.
/// </summary>
public sealed class AnnouncementText : ITextSource
{
    /// <summary>Room for the longest name with its escapes, quotes and comma; and for what begins and ends the message.</summary>
    private const int MaxStep = 3 * 1024;

    private readonly ulong _version;
    private readonly ulong? _base;
    private readonly IReadOnlyList<RouteKey> _names;
    private readonly IReadOnlyList<RouteKey> _removed;
    private readonly PeerNode? _node;
    private readonly long _maxSize;
    private Step _step;
    private int _next; // of the list that is being written
    private bool _hasElement;
    private long _written;

    private AnnouncementText(ulong version, ulong? baseVersion, IReadOnlyList<RouteKey> names, IReadOnlyList<RouteKey> removed, PeerNode? node, int maxSize)
    {
        ArgumentOutOfRangeException.ThrowIfZero(version);
        if (node is not null && (!IsShort(node.Name) || node.Name.Length == 0 || !IsShort(node.Region))) throw new ArgumentException("A text of the node is too long, or it has no name.", nameof(node));
        (_version, _base, _names, _removed, _node, _maxSize) = (version, baseVersion, names, removed, node, maxSize);
    }

    private enum Step
    {
        Head,
        Names,
        Removed,
        Tail,
        End,
    }

    /// <summary>Names that were left out, since the message would have been longer than the receiver takes. Known when the message is complete.</summary>
    public int Omitted { get; private set; }

    /// <summary>Everything that the sender serves itself.</summary>
    /// <param name="version">At least 1, and more than the last one on the link.</param>
    /// <param name="names">Must not change until the message is complete.</param>
    /// <param name="node">Who announces; null to say nothing of our extensions, as the original.</param>
    /// <param name="maxSize">Most bytes of the message; the rest of the names is left out.</param>
    public static AnnouncementText Full(ulong version, IReadOnlyList<RouteKey> names, PeerNode? node, int maxSize = PeerMessage.DefaultMaxSize)
    {
        ArgumentNullException.ThrowIfNull(names);
        return new(version, null, names, [], node, maxSize);
    }

    /// <summary>What has changed; only for a receiver that knows our extensions.</summary>
    /// <param name="version">More than <paramref name="baseVersion"/>.</param>
    /// <param name="baseVersion">The last version that was sent on the link.</param>
    /// <param name="added">Names that are new. Must not change until the message is complete.</param>
    /// <param name="removed">Names that are no longer served. Must not change until the message is complete.</param>
    public static AnnouncementText Delta(ulong version, ulong baseVersion, IReadOnlyList<RouteKey> added, IReadOnlyList<RouteKey> removed)
    {
        ArgumentNullException.ThrowIfNull(added);
        ArgumentNullException.ThrowIfNull(removed);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(version, baseVersion);
        return new(version, baseVersion, added, removed, null, int.MaxValue);
    }

    /// <inheritdoc/>
    public int Read(Span<byte> room, out bool isEnd)
    {
        var writer = new JsonSpanWriter(room);
        while (_step != Step.End && room.Length - writer.Written >= MaxStep) Advance(ref writer);
        _written += writer.Written;
        isEnd = _step == Step.End;
        return writer.Written;
    }

    private void Advance(ref JsonSpanWriter writer)
    {
        switch (_step)
        {
            case Step.Head:
                WriteHead(ref writer);
                _step = Step.Names;
                break;
            case Step.Names:
                if (TryWriteNext(ref writer, _names, _base is null ? ",\"hostnames\":["u8 : ",\"added\":["u8)) break;
                _step = Step.Removed;
                break;
            case Step.Removed:
                if (TryWriteNext(ref writer, _removed, ",\"removed\":["u8)) break;
                _step = Step.Tail;
                break;
            default:
                WriteTail(ref writer);
                _step = Step.End;
                break;
        }
    }

    private void WriteHead(ref JsonSpanWriter writer)
    {
        writer.Raw("{\"version\":"u8);
        writer.Number(_version);
        writer.Raw(_base is null ? ",\"type\":\"announce\""u8 : ",\"type\":\"announce_delta\""u8);
        if (_base is not { } baseVersion) return;
        writer.Raw(",\"base\":"u8);
        writer.Number(baseVersion);
    }

    /// <summary>False behind the last one, when the list is closed.</summary>
    private bool TryWriteNext(ref JsonSpanWriter writer, IReadOnlyList<RouteKey> names, ReadOnlySpan<byte> opening)
    {
        if (_next < names.Count && _written + writer.Written > _maxSize - (2 * MaxStep))
        {
            Omitted += names.Count - _next;
            _next = names.Count;
        }

        if (_next == names.Count)
        {
            if (_hasElement) writer.Raw("]"u8);
            (_next, _hasElement) = (0, false);
            return false;
        }

        var name = names[_next++];
        if (name.IsNone) return true;
        writer.Raw(_hasElement ? ",\""u8 : opening);
        if (!_hasElement) writer.Raw("\""u8);
        _hasElement = true;
        WriteName(ref writer, name);
        writer.Raw("\""u8);
        return true;
    }

    private static void WriteName(ref JsonSpanWriter writer, RouteKey name)
    {
        switch (name.Kind)
        {
            case RouteKind.TcpPort or RouteKind.UdpPort:
                writer.Raw(name.Kind == RouteKind.TcpPort ? "tcp:"u8 : "udp:"u8);
                writer.Number((ulong)name.Port);
                break;
            case RouteKind.Wildcard:
                writer.Raw("*"u8);
                writer.Escaped(name.Name);
                break;
            default:
                writer.Escaped(name.Name);
                break;
        }
    }

    private void WriteTail(ref JsonSpanWriter writer)
    {
        writer.Raw(",\"client_id\":\"00000000-0000-0000-0000-000000000000\""u8);
        if (_node is not null)
        {
            writer.Raw(",\"nexus\":{\"v\":"u8);
            writer.Number((ulong)PeerNode.Version);
            writer.Text(",\"node\":"u8, _node.Name);
            writer.Text(",\"region\":"u8, _node.Region);
            writer.Raw("}"u8);
        }

        writer.Raw("}"u8);
    }

    /// <summary>As written, with escapes.</summary>
    private static bool IsShort(string text)
    {
        Span<byte> room = stackalloc byte[PeerNode.MaxTextBytes];
        var writer = new JsonSpanWriter(room);
        writer.Escaped(text);
        return !writer.HasOverflowed;
    }
}
