namespace Nexus.Protocol.WebSockets;

/// <summary>
/// A text message that is written when there is room for it, a piece at a time, so that a long one needs no memory of its own.
/// Called under the sender's lock: it must neither wait nor call back.
/// </summary>
public interface ITextSource
{
    /// <summary>Least room that a piece is given, in bytes.</summary>
    const int MinRoom = 4 * 1024;

    /// <summary>
    /// Writes the next piece. What the message says may be decided as late as in the first call: a message that is about the latest
    /// state of something need not be queued twice.
    /// </summary>
    /// <param name="room">Where to; at least <see cref="MinRoom"/> bytes.</param>
    /// <param name="isEnd">Whether the message is complete. If its first piece is empty and the last, no message is sent.</param>
    /// <returns>Bytes written, above 0 unless <paramref name="isEnd"/>. A character may be split between two pieces.</returns>
    int Read(Span<byte> room, out bool isEnd);
}
