using Nexus.Protocol.Backend;
using Nexus.Protocol.WebSockets;

namespace Nexus.Benchmarks.Budgets;

/// <summary>Encoding and decoding what a session sends per frame.</summary>
internal static class FrameBudgets
{
    private static readonly byte[] s_buffer = new byte[64 * 1024];
    private static readonly byte[] s_text = new byte[512];
    private static readonly StreamId s_id = StreamId.New();

    public static IEnumerable<AllocationBudget> All =>
    [
        AllocationBudget.Of("data frame, encode", 0, EncodeData),
        AllocationBudget.Of("data frame, decode", 0, DecodeData),
        AllocationBudget.Of("masked WebSocket frame, encode and decode", 0, MaskedFrame),
        AllocationBudget.Of("resume_stream, write and read", 0, Resume),
        AllocationBudget.Of("disconnect with a known reason, write and read", 0, Disconnect),
    ];

    private static void EncodeData()
    {
        var size = WebSocketFrameHeader.Write(s_buffer, WebSocketOpcode.Binary, DataFrame.MaxMessageSize, maskKey: null);
        DataFrame.WriteHeader(s_buffer.AsSpan(size), s_id);
    }

    private static void DecodeData()
    {
        WebSocketFrameHeader.Write(s_buffer, WebSocketOpcode.Binary, DataFrame.MaxMessageSize, maskKey: null);
        DataFrame.WriteHeader(s_buffer.AsSpan(4), s_id);
        if (!WebSocketFrameHeader.TryRead(s_buffer, out var header, out var size)
            || !DataFrame.TryRead(s_buffer.AsSpan(size, (int)header.PayloadLength), out _, out var payload) || payload.Length != DataFrame.MaxPayload)
        {
            throw new InvalidOperationException("The frame did not come back.");
        }
    }

    private static void MaskedFrame()
    {
        var size = WebSocketFrameHeader.Write(s_buffer, WebSocketOpcode.Binary, 16_384, maskKey: 0x1234_5678);
        WebSocketMask.Apply(s_buffer.AsSpan(size, 16_384), 0x1234_5678);
        if (!WebSocketFrameHeader.TryRead(s_buffer, out var header, out _) || header.MaskKey is not { } key) throw new InvalidOperationException("The frame did not come back.");
        WebSocketMask.Apply(s_buffer.AsSpan(size, 16_384), key);
    }

    private static void Resume() => RoundTrip(new(ControlEvent.ResumeStream, s_id) { Credits = 8 });

    private static void Disconnect() => RoundTrip(new(ControlEvent.Disconnect, s_id) { Reason = DisconnectReason.Normal });

    private static void RoundTrip(in ControlMessage message)
    {
        if (!ControlFrame.TryWrite(message, s_text, out var written)
            || !ControlFrame.TryRead(s_text.AsSpan(0, written), out var read) || read.Event != message.Event)
        {
            throw new InvalidOperationException("The message did not come back.");
        }
    }
}
