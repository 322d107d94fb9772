using System.Buffers.Binary;
using Nexus.Protocol.Backend;

namespace Nexus.Protocol.Peering;

/// <summary>
/// The binary messages between nodes: a byte that says what it is, the tunnel's id (16 bytes), then what belongs to it. They say the
/// same as control messages of the backend protocol, so they are read and written as such.
/// </summary>
/// <remarks>
/// | byte | message | as |
/// | 0x11 | bytes of the tunnel, or one datagram | <see cref="TryReadData"/> |
/// | 0x12 | the tunnel is closed; ours may have a reason | <see cref="ControlEvent.Disconnect"/> |
/// | 0x13 | stop reading from the user | <see cref="ControlEvent.PauseStream"/> |
/// | 0x14 | go on reading | <see cref="ControlEvent.ResumeStream"/> without credits |
/// | 0x15 | credits, 8 bytes | <see cref="ControlEvent.ResumeStream"/> with credits; unlike a backend's it ends no pause |
/// | 0x16 | ours: the sender's direction has ended | <see cref="ControlEvent.HalfClose"/> |
/// </remarks>
public static class PeerFrame
{
    /// <summary>First byte of a message with a tunnel's bytes.</summary>
    public const byte Data = 0x11;

    /// <summary>First byte of a message that closes a tunnel.</summary>
    public const byte Close = 0x12;

    /// <summary>First byte of a message that asks for a pause.</summary>
    public const byte Pause = 0x13;

    /// <summary>First byte of a message that ends a pause.</summary>
    public const byte Resume = 0x14;

    /// <summary>First byte of a message with credits.</summary>
    public const byte Credits = 0x15;

    /// <summary>First byte of our own message that ends one direction.</summary>
    public const byte HalfClose = 0x16;

    /// <summary>Bytes of every message before what belongs to it alone.</summary>
    public const int HeaderSize = DataFrame.HeaderSize;

    /// <summary>Most credits of a tunnel: both sides start with as many, and a balance never exceeds it.</summary>
    public const int Window = CreditWindow.Initial;

    private const int CreditsSize = HeaderSize + sizeof(long);

    /// <summary>What a number of credits counts for: 1 to 64 for itself, anything else for 64 (spec/node.md §5.7).</summary>
    public static int CountCredits(long received) => received is >= 1 and <= Window ? (int)received : Window;

    /// <summary>Splits a message with a tunnel's bytes. False for others and for what is too short.</summary>
    public static bool TryReadData(ReadOnlySpan<byte> message, out StreamId tunnel, out ReadOnlySpan<byte> payload)
    {
        if (message.Length < HeaderSize || message[0] != Data)
        {
            tunnel = default;
            payload = default;
            return false;
        }

        tunnel = StreamId.Read(message[1..]);
        payload = message[HeaderSize..];
        return true;
    }

    /// <summary>
    /// Reads any other message: credits are counted (<see cref="CountCredits"/>), a reason is one of <see cref="PeerCloseReasonText"/>, or
    /// null when there is none that is known. False for unknown and too short ones.
    /// </summary>
    public static bool TryReadControl(ReadOnlySpan<byte> message, out ControlMessage control)
    {
        control = default;
        if (message.Length < HeaderSize) return false;
        var tunnel = StreamId.Read(message[1..]);
        switch (message[0])
        {
            case Close:
                control = new(ControlEvent.Disconnect, tunnel) { Reason = message.Length > HeaderSize ? ReasonOf(message[HeaderSize]) : null };
                return true;
            case Pause:
                control = new(ControlEvent.PauseStream, tunnel);
                return true;
            case Resume:
                control = new(ControlEvent.ResumeStream, tunnel);
                return true;
            case Credits when message.Length >= CreditsSize:
                control = new(ControlEvent.ResumeStream, tunnel) { Credits = CountCredits(BinaryPrimitives.ReadInt64BigEndian(message[HeaderSize..])) };
                return true;
            case HalfClose:
                control = new(ControlEvent.HalfClose, tunnel);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Writes what <see cref="TryReadControl"/> reads. More credits than 64 are written as 64: the other side's balance holds no more.</summary>
    /// <param name="message">What to say.</param>
    /// <param name="extended">Whether the receiver knows our extensions. If not, a reason is left out, and the end of one direction not said.</param>
    /// <param name="destination">Where to; 25 bytes do for any.</param>
    /// <param name="written">The message's size; 0 when the protocol has no words for it.</param>
    /// <returns>False when there is no room.</returns>
    public static bool TryWriteControl(in ControlMessage message, bool extended, Span<byte> destination, out int written)
    {
        written = message.Event switch
        {
            ControlEvent.Disconnect => extended && PeerCloseReasonText.Find(message.Reason) is not null ? HeaderSize + 1 : HeaderSize,
            ControlEvent.PauseStream => HeaderSize,
            ControlEvent.ResumeStream => message.Credits > 0 ? CreditsSize : HeaderSize,
            ControlEvent.HalfClose when extended => HeaderSize,
            _ => 0,
        };
        if (written == 0) return true;
        if (destination.Length < written) return false;
        destination[0] = MarkerOf(message);
        message.StreamId.Write(destination[1..]);
        if (destination[0] == Credits) BinaryPrimitives.WriteInt64BigEndian(destination[HeaderSize..], CountCredits(message.Credits));
        else if (written > HeaderSize && PeerCloseReasonText.Find(message.Reason) is { } reason) destination[HeaderSize] = (byte)reason;
        return true;
    }

    private static byte MarkerOf(in ControlMessage message) => message.Event switch
    {
        ControlEvent.Disconnect => Close,
        ControlEvent.PauseStream => Pause,
        ControlEvent.HalfClose => HalfClose,
        _ => message.Credits > 0 ? Credits : Resume,
    };

    private static string? ReasonOf(byte value) => value <= (byte)PeerCloseReason.Draining ? ((PeerCloseReason)value).ToText() : null;
}
