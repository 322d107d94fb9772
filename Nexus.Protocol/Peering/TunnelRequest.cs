using Nexus.Protocol.Backend;

namespace Nexus.Protocol.Peering;

/// <summary>Writes the text message that opens a tunnel (spec/node.md §5.5).</summary>
public static class TunnelRequest
{
    /// <summary>Writes a <see cref="ControlEvent.Connect"/> as a request for the tunnel <see cref="ControlMessage.StreamId"/>, in the original's key order.</summary>
    /// <param name="connect">The user. Credits are not written: they follow in a message of their own.</param>
    /// <param name="extended">Whether the receiver knows our extensions; only then it is told of the trace.</param>
    /// <param name="destination">Where to.</param>
    /// <param name="written">Bytes written, when true is returned.</param>
    /// <returns>False when there is no room.</returns>
    public static bool TryWrite(in ControlMessage connect, bool extended, Span<byte> destination, out int written)
    {
        var writer = new JsonSpanWriter(destination);
        writer.Raw("{\"type\":\"tunnel_request\",\"client_id\":\""u8);
        writer.Id(connect.StreamId);
        writer.Raw("\""u8);
        writer.Number(",\"conn_port\":"u8, connect.Port);
        writer.Text(",\"client_ip\":"u8, connect.ClientAddress);
        writer.Text(",\"hostname\":"u8, connect.Hostname);
        writer.Text(",\"transport\":"u8, connect.Transport);
        if (connect.IsTls) writer.Raw(",\"is_tls\":true"u8);
        if (extended)
        {
            writer.Text(",\"trace_parent\":"u8, connect.TraceParent);
            writer.Text(",\"trace_state\":"u8, connect.TraceState);
        }

        writer.Raw("}"u8);
        written = writer.HasOverflowed ? 0 : writer.Written;
        return !writer.HasOverflowed;
    }
}
