using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Nexus.SystemTests.Golden.Wire;

/// <summary>
/// One side of a WebSocket connection, written for these tests alone: it sends frames cut as it is told and shows
/// everything that arrives, pings included.
/// </summary>
/// <param name="stream">After TLS.</param>
/// <param name="masks">Whether it is the dialling side.</param>
internal sealed class WireConnection(Stream stream, bool masks) : IAsyncDisposable
{
    // Larger than any message of the protocol; more is a bug of the other side.
    private const int MaxMessage = 1 << 20;

    private readonly SemaphoreSlim _sending = new(1);

    /// <summary>Sends the text as it is.</summary>
    public async Task SendRawAsync(string text, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(text), cancellationToken);
        await stream.FlushAsync(cancellationToken);
    }

    /// <summary>An HTTP head, without the blank line; null when the connection ends first.</summary>
    public async Task<string?> ReadHeadAsync(CancellationToken cancellationToken)
    {
        var head = new List<byte>();
        var one = new byte[1];
        while (!EndsHead(head))
        {
            if (head.Count > 64 * 1024) throw new InvalidDataException("A head without end.");
            if (await stream.ReadAsync(one, cancellationToken) == 0) return null;
            head.Add(one[0]);
        }

        return Encoding.ASCII.GetString([.. head[..^4]]);
    }

    /// <summary>Sends one message in one write, in the frames it names.</summary>
    public async Task SendAsync(WireMessage message, bool wronglyMasked, CancellationToken cancellationToken)
    {
        using var frames = new MemoryStream();
        var sizes = message.Fragments.Length > 1 ? Sizes(message) : [message.Payload.Length];
        for (int index = 0, offset = 0; index < sizes.Length; offset += sizes[index++])
        {
            var kind = index == 0 ? message.Kind : WireKind.Continuation;
            WriteFrame(frames, kind, index == sizes.Length - 1, message.Payload.AsSpan(offset, sizes[index]), masks != wronglyMasked);
        }

        await _sending.WaitAsync(cancellationToken);
        try
        {
            await stream.WriteAsync(frames.ToArray(), cancellationToken);
            await stream.FlushAsync(cancellationToken);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>The next message; null at the end of the connection, orderly or not.</summary>
    public async Task<WireMessage?> ReceiveAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await ReceiveMessageAsync(cancellationToken);
        }
        catch (IOException)
        {
            return null;
        }
        catch (ObjectDisposedException)
        {
            return null;
        }
    }

    /// <summary>Cuts the connection.</summary>
    public ValueTask DisposeAsync() => stream.DisposeAsync();

    private static bool EndsHead(List<byte> head) => head.Count >= 4 && head[^1] == '\n' && head[^2] == '\r' && head[^3] == '\n' && head[^4] == '\r';

    /// <summary>Recorded fragments count the frames' payloads; their sum is the message.</summary>
    private static int[] Sizes(WireMessage message) =>
        message.Fragments.Sum() == message.Payload.Length ? message.Fragments : throw new InvalidDataException("Fragments do not add up.");

    private static void WriteFrame(MemoryStream to, WireKind kind, bool isLast, ReadOnlySpan<byte> payload, bool isMasked)
    {
        Span<byte> head = stackalloc byte[10];
        head[0] = (byte)((isLast ? 0x80 : 0) | (int)kind);
        var size = 2;
        if (payload.Length < 126)
        {
            head[1] = (byte)payload.Length;
        }
        else
        {
            head[1] = 126;
            BinaryPrimitives.WriteUInt16BigEndian(head[2..], checked((ushort)payload.Length));
            size = 4;
        }

        if (isMasked) head[1] |= 0x80;
        to.Write(head[..size]);
        if (!isMasked)
        {
            to.Write(payload);
            return;
        }

        var mask = RandomNumberGenerator.GetBytes(4);
        to.Write(mask);
        var masked = payload.ToArray();
        for (var index = 0; index < masked.Length; index++) masked[index] ^= mask[index & 3];
        to.Write(masked);
    }

    private async Task<WireMessage?> ReceiveMessageAsync(CancellationToken cancellationToken)
    {
        using var payload = new MemoryStream();
        var kind = WireKind.Continuation;
        var sizes = new List<int>();
        while (await ReadFrameAsync(cancellationToken) is { } frame)
        {
            if (frame.Kind >= WireKind.Close) return new WireMessage(frame.Kind, frame.Payload); // never inside a message, by either program
            if (frame.Kind != WireKind.Continuation) kind = frame.Kind;
            payload.Write(frame.Payload);
            sizes.Add(frame.Payload.Length);
            if (payload.Length > MaxMessage) throw new InvalidDataException("A message without end.");
            if (frame.IsLast) return new WireMessage(kind, payload.ToArray(), [.. sizes]);
        }

        return null;
    }

    private async Task<(WireKind Kind, bool IsLast, byte[] Payload)?> ReadFrameAsync(CancellationToken cancellationToken)
    {
        var head = new byte[2];
        if (await stream.ReadAtLeastAsync(head, 2, throwOnEndOfStream: false, cancellationToken) < 2) return null;
        var isMasked = (head[1] & 0x80) != 0;
        if (isMasked == masks) throw new InvalidDataException("Masked in the wrong direction.");
        if ((head[0] & 0x70) != 0) throw new InvalidDataException("Reserved bits are set.");
        var length = head[1] & 0x7F;
        if (length == 126) length = BinaryPrimitives.ReadUInt16BigEndian(await ReadAsync(2, cancellationToken));
        else if (length == 127) length = checked((int)BinaryPrimitives.ReadUInt64BigEndian(await ReadAsync(8, cancellationToken)));
        if (length > MaxMessage) throw new InvalidDataException("A frame without end.");
        var mask = isMasked ? await ReadAsync(4, cancellationToken) : new byte[4];
        var payload = await ReadAsync(length, cancellationToken);
        for (var index = 0; index < payload.Length; index++) payload[index] ^= mask[index & 3];
        return ((WireKind)(head[0] & 0x0F), (head[0] & 0x80) != 0, payload);
    }

    private async Task<byte[]> ReadAsync(int count, CancellationToken cancellationToken)
    {
        var bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }
}
