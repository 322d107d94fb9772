using System.Diagnostics.CodeAnalysis;
using Nexus.Protocol.Backend;

namespace Nexus.Protocol.Peering;

/// <summary>A text message between nodes: one JSON object (spec/node.md §5.3).</summary>
public sealed class PeerMessage
{
    /// <summary>Most bytes of a text message that is received by default: 100,000 long names take less than a third.</summary>
    public const int DefaultMaxSize = 16 * 1024 * 1024;

    /// <summary>Most names that are taken from one message, and kept of one link, by default.</summary>
    public const int DefaultMaxNames = 200_000;

    internal PeerMessage(PeerMessageKind kind, PeerAnnouncement? announcement, in ControlMessage request)
    {
        Kind = kind;
        Announcement = announcement;
        Request = request;
    }

    /// <summary>What it is.</summary>
    public PeerMessageKind Kind { get; }

    /// <summary>For <see cref="PeerMessageKind.Announce"/> and <see cref="PeerMessageKind.AnnounceDelta"/>.</summary>
    public PeerAnnouncement? Announcement { get; }

    /// <summary>For <see cref="PeerMessageKind.TunnelRequest"/>: a <see cref="ControlEvent.Connect"/> whose stream is the tunnel. Its credits come apart.</summary>
    public ControlMessage Request { get; }

    /// <summary>
    /// Reads a text message as leniently as the original does: unknown keys are ignored, names match in either case, the last of equal
    /// keys counts, null and absent are zero. False, for the whole message, on malformed JSON, a wrong type, a malformed id or
    /// bytes after the object. Names in an announcement that are not valid are skipped, and so are those after <paramref name="maxNames"/>.
    /// </summary>
    /// <param name="utf8">The message; valid during the call only.</param>
    /// <param name="maxNames">Most names taken, of those added and those taken away each; above 0.</param>
    /// <param name="message">The message, when true is returned.</param>
    public static bool TryRead(ReadOnlySpan<byte> utf8, int maxNames, [NotNullWhen(true)] out PeerMessage? message)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxNames, 1);
        var parser = new PeerMessageParser(maxNames);
        message = parser.TryParse(utf8) ? parser.ToMessage() : null;
        return message is not null;
    }
}
