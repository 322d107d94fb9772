using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Unicode;

namespace Nexus.Protocol.WebSockets;

/// <summary>
/// Receives messages from a WebSocket's byte stream: reassembles fragments in place, removes masks, enforces RFC 6455 and
/// a message limit. Total: whatever arrives gives a value. The buffer exists only while bytes of a message are there.
/// </summary>
/// <remarks>Not thread-safe: one receiver. The stream stays its owner's.</remarks>
public sealed class WebSocketMessageReader : IDisposable
{
    private const int InitialBufferSize = 32 * 1024;
    private const int LargeBufferSize = 256 * 1024;
    private const int MaxControlPayload = 125;

    private readonly Stream _stream;
    private readonly WebSocketRole _role;
    private byte[]? _buffer;
    private int _start;   // first byte of the next frame that was not looked at
    private int _end;     // first free byte
    private int _messageStart;
    private int _messageLength;
    private WebSocketOpcode? _fragmented; // type of the message whose fragments arrive, null between messages
    private bool _ended;

    /// <summary>Receives from <paramref name="stream"/>.</summary>
    /// <param name="stream">The connection after its upgrade.</param>
    /// <param name="role">Which side we are.</param>
    /// <param name="maxMessageSize">See <see cref="MaxMessageSize"/>.</param>
    /// <param name="received">Bytes that were read together with the upgrade; copied.</param>
    public WebSocketMessageReader(Stream stream, WebSocketRole role, int maxMessageSize, ReadOnlySpan<byte> received = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxMessageSize, MaxControlPayload);
        _stream = stream;
        _role = role;
        MaxMessageSize = maxMessageSize;
        if (received.IsEmpty) return;
        _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(InitialBufferSize, received.Length));
        received.CopyTo(_buffer);
        _end = received.Length;
    }

    /// <summary>Largest accepted message in bytes, summed over its fragments; at least 125. May change between receives.</summary>
    public int MaxMessageSize { get; set; }

    /// <summary>
    /// The same for text messages, if they may be longer than others. Memory grows with the bytes that have arrived, never with what a header
    /// says, and shrinks again behind the message.
    /// </summary>
    public int? MaxTextSize { get; init; }

    /// <summary>
    /// Most bytes held for the peer, at least <see cref="MaxMessageSize"/> and 1 KiB for frame headers and what comes behind; by default
    /// what one message and the frame after it need.
    /// </summary>
    public int MaxBufferSize { get; set; } = int.MaxValue;

    /// <summary>Takes the next message if it is completely buffered. The payload is valid until the next call.</summary>
    /// <returns>False when more bytes must be received.</returns>
    public bool TryRead(out WebSocketReceived received)
    {
        received = default;
        while (!_ended && _buffer is { } buffer)
        {
            if (!WebSocketFrameHeader.TryRead(buffer.AsSpan(_start, _end - _start), out var header, out var headerSize)) return false;
            if (Check(header) is { } refusal)
            {
                received = Finish(new(refusal));
                return true;
            }

            var payloadLength = (int)header.PayloadLength;
            if (_end - _start - headerSize < payloadLength) return false;
            var payloadStart = _start + headerSize;
            if (header.MaskKey is { } key) WebSocketMask.Apply(buffer.AsSpan(payloadStart, payloadLength), key);
            _start = payloadStart + payloadLength;

            if (header.IsControl)
            {
                received = ReadControl(header.Opcode, buffer.AsMemory(payloadStart, payloadLength));
                return true;
            }

            AppendFragment(buffer, header, payloadStart, payloadLength);
            if (!header.IsFinal) continue;
            var kind = _fragmented == WebSocketOpcode.Text ? WebSocketReceivedKind.Text : WebSocketReceivedKind.Binary;
            received = new(kind, buffer.AsMemory(_messageStart, _messageLength));
            _fragmented = null;
            return true;
        }

        return false;
    }

    /// <summary>Receives until <see cref="TryRead"/> has something. After a terminal kind it returns false at once.</summary>
    /// <returns>False when the stream ended (or a terminal kind was already returned).</returns>
    /// <exception cref="IOException">The transport failed.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired; the connection is unusable.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_ended) return false;
        if (_start == _end && _fragmented is null)
        {
            ReturnBuffer();
            // Waits without a buffer where the stream can (SslStream, NetworkStream); returns at once where it cannot.
            await _stream.ReadAsync(Memory<byte>.Empty, cancellationToken).ConfigureAwait(false);
        }

        var buffer = MakeRoom();
        var count = await _stream.ReadAsync(buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
        _end += count;
        _ended = count == 0;
        return count > 0;
    }

    /// <summary>The next message or event; waits for it.</summary>
    /// <exception cref="IOException">The transport failed.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired; the connection is unusable.</exception>
    public async ValueTask<WebSocketReceived> ReadAsync(CancellationToken cancellationToken)
    {
        WebSocketReceived received;
        while (!TryRead(out received))
        {
            if (!await FillAsync(cancellationToken).ConfigureAwait(false)) return new(WebSocketReceivedKind.EndOfStream);
        }

        return received;
    }

    /// <summary>Gives the buffer back.</summary>
    public void Dispose()
    {
        _ended = true;
        ReturnBuffer();
    }

    private WebSocketReceivedKind? Check(in WebSocketFrameHeader header)
    {
        if (header.Reserved != 0 || header.MaskKey.HasValue != (_role == WebSocketRole.Server)) return WebSocketReceivedKind.ProtocolError;
        switch (header.Opcode)
        {
            case WebSocketOpcode.Ping or WebSocketOpcode.Pong or WebSocketOpcode.Close:
                return header.IsFinal && header.PayloadLength <= MaxControlPayload ? null : WebSocketReceivedKind.ProtocolError;
            case WebSocketOpcode.Continuation:
                if (_fragmented is null) return WebSocketReceivedKind.ProtocolError;
                break;
            case WebSocketOpcode.Text or WebSocketOpcode.Binary:
                if (_fragmented is not null) return WebSocketReceivedKind.ProtocolError;
                break;
            default:
                return WebSocketReceivedKind.ProtocolError;
        }

        var limit = (_fragmented ?? header.Opcode) == WebSocketOpcode.Text ? MaxTextSize ?? MaxMessageSize : MaxMessageSize;
        var before = _fragmented is null ? 0 : _messageLength;
        return header.PayloadLength <= (ulong)(limit - before) ? null : WebSocketReceivedKind.TooBig;
    }

    private void AppendFragment(byte[] buffer, in WebSocketFrameHeader header, int payloadStart, int payloadLength)
    {
        if (_fragmented is null)
        {
            _fragmented = header.Opcode;
            _messageStart = payloadStart;
            _messageLength = payloadLength;
            return;
        }

        // The fragments of a message lie one behind the other once the header between them is closed up.
        Buffer.BlockCopy(buffer, payloadStart, buffer, _messageStart + _messageLength, payloadLength);
        _messageLength += payloadLength;
    }

    private WebSocketReceived ReadControl(WebSocketOpcode opcode, ReadOnlyMemory<byte> payload)
    {
        if (opcode == WebSocketOpcode.Ping) return new(WebSocketReceivedKind.Ping, payload);
        if (opcode == WebSocketOpcode.Pong) return new(WebSocketReceivedKind.Pong, payload);
        if (payload.IsEmpty) return Finish(new(WebSocketReceivedKind.Close, payload, WebSocketCloseCode.NoStatus));
        if (payload.Length == 1) return Finish(new(WebSocketReceivedKind.ProtocolError));

        var code = (ushort)((payload.Span[0] << 8) | payload.Span[1]);
        var reason = payload[2..];
        return Finish(WebSocketCloseCode.IsValidOnWire(code) && Utf8.IsValid(reason.Span)
            ? new(WebSocketReceivedKind.Close, reason, code)
            : new(WebSocketReceivedKind.ProtocolError));
    }

    private WebSocketReceived Finish(WebSocketReceived last)
    {
        _ended = true;
        return last;
    }

    /// <summary>Makes free space behind <see cref="_end"/>: by moving what is kept to the front, by growing when that does not do.</summary>
    private byte[] MakeRoom()
    {
        var buffer = _buffer ??= ArrayPool<byte>.Shared.Rent(InitialBufferSize);
        if (IsTooLarge(buffer)) return Move(buffer, ArrayPool<byte>.Shared.Rent(InitialBufferSize));
        if (_end < buffer.Length) return buffer;

        // Kept: the joined fragments of an unfinished message, then the unread rest.
        var kept = _fragmented is null ? 0 : _messageLength;
        var unread = _end - _start;
        var target = buffer;
        if (kept + unread > buffer.Length / 2 && buffer.Length * 2L <= MaxBufferSize) target = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        return Move(buffer, target);
    }

    /// <summary>What a long text has left, when the bytes that are kept need much less.</summary>
    private bool IsTooLarge(byte[] buffer) =>
        buffer.Length > LargeBufferSize && _fragmented is null && _end - _start <= InitialBufferSize / 2;

    private byte[] Move(byte[] buffer, byte[] target)
    {
        var kept = _fragmented is null ? 0 : _messageLength;
        var unread = _end - _start;
        if (kept > 0) Buffer.BlockCopy(buffer, _messageStart, target, 0, kept);
        Buffer.BlockCopy(buffer, _start, target, kept, unread);
        if (!ReferenceEquals(target, buffer)) ArrayPool<byte>.Shared.Return(buffer);
        _messageStart = 0;
        _start = kept;
        _end = kept + unread;
        _buffer = target;
        return target;
    }

    private void ReturnBuffer()
    {
        _start = _end = 0;
        if (_buffer is not { } buffer) return;
        _buffer = null;
        ArrayPool<byte>.Shared.Return(buffer);
    }
}
