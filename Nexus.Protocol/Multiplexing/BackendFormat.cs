using Nexus.Protocol.Backend;
using Nexus.Protocol.WebSockets;

namespace Nexus.Protocol.Multiplexing;

/// <summary>The backend protocol: data behind 0x01, control messages as JSON behind 0x02, all of them binary.</summary>
internal sealed class BackendFormat : WireFormat
{
    private BackendFormat()
    {
    }

    public static BackendFormat Instance { get; } = new();

    internal override byte DataMarker => DataFrame.Marker;

    internal override bool OpeningHasCredits => true;

    internal override long MaxGrant => long.MaxValue / 2;

    internal override bool GrantEndsPause => true;

    internal override bool TextIsSeldom => true;

    internal override bool TryWrite(in ControlMessage message, Span<byte> destination, out int written) =>
        ControlFrame.TryWrite(message, destination, out written) && written <= DataFrame.MaxMessageSize;

    internal override WebSocketOpcode OpcodeOf(byte first) => WebSocketOpcode.Binary;

    internal override bool TryDispatch(ReadOnlySpan<byte> message, ISessionHandler handler)
    {
        if (DataFrame.TryRead(message, out var streamId, out var payload)) handler.OnData(streamId, payload);
        else if (ControlFrame.TryRead(message, out var control)) handler.OnControl(control);
        else return message is not [ControlFrame.Marker, ..];
        return true;
    }
}
