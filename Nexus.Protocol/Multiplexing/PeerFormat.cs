using Nexus.Protocol.Backend;
using Nexus.Protocol.Peering;
using Nexus.Protocol.WebSockets;

namespace Nexus.Protocol.Multiplexing;

/// <summary>
/// The protocol between nodes (spec/node.md §5), for one link. A stream is a tunnel: <see cref="ControlEvent.Connect"/> is a `tunnel_request`,
/// followed by its credits, and comes to <see cref="ISessionHandler.OnText"/> at the other end, as all texts do; the rest is binary
/// (<see cref="PeerFrame"/>). Pings of a stream have no words here.
/// </summary>
public sealed class PeerFormat : WireFormat
{
    private volatile bool _isExtended;

    /// <summary>
    /// Whether the node at the other end has announced that it knows our extensions. Until then, ends of one direction, reasons and traces are not sent.
    /// </summary>
    public bool IsExtended
    {
        get => _isExtended;
        set => _isExtended = value;
    }

    internal override byte DataMarker => PeerFrame.Data;

    internal override bool OpeningHasCredits => false;

    /// <summary>
    /// A receiver counts more for this many. The first grant replaces the window and later ones add to it, up to the window again: so together
    /// with the first, as much again may be due, and no more.
    /// </summary>
    internal override long MaxGrant => PeerFrame.Window;

    internal override bool GrantEndsPause => false;

    internal override bool TextIsSeldom => false;

    internal override bool TryWrite(in ControlMessage message, Span<byte> destination, out int written) => message.Event == ControlEvent.Connect
        ? TunnelRequest.TryWrite(message, _isExtended, destination, out written)
        : PeerFrame.TryWriteControl(message, _isExtended, destination, out written);

    internal override WebSocketOpcode OpcodeOf(byte first) => first == (byte)'{' ? WebSocketOpcode.Text : WebSocketOpcode.Binary;

    internal override bool TryDispatch(ReadOnlySpan<byte> message, ISessionHandler handler)
    {
        if (PeerFrame.TryReadData(message, out var tunnel, out var payload)) handler.OnData(tunnel, payload);
        else if (PeerFrame.TryReadControl(message, out var control)) handler.OnControl(control);
        return true;
    }
}
