using System.Text;

namespace Nexus.Hub.Tests.Peers;

/// <summary>One WebSocket frame as it was on the wire.</summary>
internal sealed record RawFrame(int Opcode, bool IsFinal, bool IsMasked, int Reserved, byte[] Payload)
{
    public const int Continuation = 0;
    public const int TextOpcode = 1;
    public const int BinaryOpcode = 2;
    public const int CloseOpcode = 8;
    public const int PingOpcode = 9;
    public const int PongOpcode = 10;

    public string Text => Encoding.UTF8.GetString(Payload);

    public int CloseCode => (Payload[0] << 8) | Payload[1];

    public string CloseReason => new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Payload, 2, Payload.Length - 2);
}
