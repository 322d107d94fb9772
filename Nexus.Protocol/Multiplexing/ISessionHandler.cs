using Nexus.Protocol.Backend;

namespace Nexus.Protocol.Multiplexing;

/// <summary>
/// What a session does with the messages that arrive. Every member is called on the receive loop: it must not wait, and
/// what it is given is valid during the call only. Unknown and malformed messages never get here: they are ignored
/// (spec/node.md §2.1).
/// </summary>
public interface ISessionHandler
{
    /// <summary>Bytes of a stream, possibly none; the stream may be unknown.</summary>
    void OnData(StreamId streamId, ReadOnlySpan<byte> payload);

    /// <summary>A control message; its event may be <see cref="ControlEvent.Unknown"/>. What a peer says about a tunnel comes as one too (<see cref="PeerFormat"/>).</summary>
    void OnControl(in ControlMessage message);

    /// <summary>A text message: a token or a challenge; a peer's announcement or request (<see cref="Peering.PeerMessage"/>).</summary>
    void OnText(ReadOnlySpan<byte> utf8);
}
