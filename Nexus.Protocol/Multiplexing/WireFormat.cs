using Nexus.Protocol.Backend;
using Nexus.Protocol.WebSockets;

namespace Nexus.Protocol.Multiplexing;

/// <summary>
/// How a session's messages look on the wire. What they say is the same in all formats, so lanes, credits and turns are one code:
/// data of a stream, and what <see cref="ControlMessage"/> says about one.
/// </summary>
public abstract class WireFormat
{
    private protected WireFormat()
    {
    }

    /// <summary>Between a hub and a client (spec/node.md §2).</summary>
    public static WireFormat Backend => BackendFormat.Instance;

    /// <summary>First byte of a data message; the stream's id follows, then the payload.</summary>
    internal abstract byte DataMarker { get; }

    /// <summary>Whether the message that opens a stream has its credits in it; otherwise they follow it.</summary>
    internal abstract bool OpeningHasCredits { get; }

    /// <summary>Most credits that one message grants; more are granted in several. What exceeds two of them no receiver can use.</summary>
    internal abstract long MaxGrant { get; }

    /// <summary>Whether a grant ends a pause.</summary>
    internal abstract bool GrantEndsPause { get; }

    /// <summary>Whether text messages come seldom, so that a peer that sends many of them is up to no good.</summary>
    internal abstract bool TextIsSeldom { get; }

    /// <summary>Writes a message about a stream.</summary>
    /// <param name="message">What to say.</param>
    /// <param name="destination">Where to.</param>
    /// <param name="written">Its size; 0 when the format, or the receiver, has no words for it.</param>
    /// <returns>False when there is no room.</returns>
    internal abstract bool TryWrite(in ControlMessage message, Span<byte> destination, out int written);

    /// <summary>The kind of a message that begins with <paramref name="first"/>.</summary>
    internal abstract WebSocketOpcode OpcodeOf(byte first);

    /// <summary>Hands a binary message to <paramref name="handler"/>, or ignores it.</summary>
    /// <returns>False for one that is malformed in a way that costs the receiver.</returns>
    internal abstract bool TryDispatch(ReadOnlySpan<byte> message, ISessionHandler handler);
}
