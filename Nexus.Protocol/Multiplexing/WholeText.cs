using Nexus.Protocol.WebSockets;

namespace Nexus.Protocol.Multiplexing;

/// <summary>A text message that is there as a whole.</summary>
internal sealed class WholeText(ReadOnlyMemory<byte> utf8) : ITextSource
{
    private ReadOnlyMemory<byte> _rest = utf8;

    public int Read(Span<byte> room, out bool isEnd)
    {
        var piece = _rest[..Math.Min(_rest.Length, room.Length)];
        piece.Span.CopyTo(room);
        _rest = _rest[piece.Length..];
        isEnd = _rest.IsEmpty;
        return piece.Length;
    }
}
