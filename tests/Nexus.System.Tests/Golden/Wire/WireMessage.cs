using System.Buffers.Binary;
using System.Text;

namespace Nexus.SystemTests.Golden.Wire;

/// <summary>One WebSocket message or control frame.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Payload">All of it.</param>
/// <param name="Fragments">The sizes of its frames when there is more than one; else empty.</param>
internal sealed record WireMessage(WireKind Kind, byte[] Payload, int[] Fragments)
{
    public WireMessage(WireKind kind, byte[] payload)
        : this(kind, payload, [])
    {
    }

    public string Text => Encoding.UTF8.GetString(Payload);

    /// <summary>The code of a close frame; null when it has none.</summary>
    public int? CloseCode => Kind == WireKind.Close && Payload.Length >= 2 ? BinaryPrimitives.ReadUInt16BigEndian(Payload) : null;

    public string CloseReason => Kind == WireKind.Close && Payload.Length > 2 ? Encoding.UTF8.GetString(Payload.AsSpan(2)) : "";
}
