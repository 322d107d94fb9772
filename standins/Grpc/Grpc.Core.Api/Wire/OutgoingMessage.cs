using System.Buffers;

namespace Grpc.Core.Wire;

/// <summary>
/// One message with its prefix, serialized into a pooled array that is held only from <see cref="Serialize"/> to
/// <see cref="Release"/>; used again for every message of a call.
/// </summary>
internal sealed class OutgoingMessage : SerializationContext, IBufferWriter<byte>
{
    private const int SmallestBuffer = 256;

    private byte[] _buffer = [];
    private int _length;
    private bool _isComplete;

    /// <summary>Prefix and payload; valid until <see cref="Release"/>.</summary>
    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, _length);

    public void Serialize<T>(Marshaller<T> marshaller, T message)
    {
        Start();
        _isComplete = false;
        marshaller.ContextualSerializer(message, this);
        if (!_isComplete) throw new InvalidOperationException("The serializer did not complete the message.");

        Finish();
    }

    /// <summary>Leaves room for the prefix.</summary>
    public void Start() => _length = MessageFrame.HeaderSize;

    /// <summary>Fills in the prefix.</summary>
    public ReadOnlyMemory<byte> Finish()
    {
        Reserve(0);
        MessageFrame.WriteHeader(_buffer, _length - MessageFrame.HeaderSize);
        return Bytes;
    }

    public void Release()
    {
        var buffer = _buffer;
        _buffer = [];
        _length = 0;
        if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
    }

    public override void Complete(byte[] payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        this.Write(payload);
        Complete();
    }

    public override IBufferWriter<byte> GetBufferWriter() => this;

    public override void SetPayloadLength(int payloadLength) => Reserve(payloadLength);

    public override void Complete() => _isComplete = true;

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _buffer.Length - _length);
        _length += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _buffer.AsMemory(_length);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    private void Reserve(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var needed = checked(_length + count);
        if (needed <= _buffer.Length && _buffer.Length > 0) return;

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(Math.Max(needed, SmallestBuffer), Math.Min(_buffer.Length, 1 << 29) * 2));
        _buffer.AsSpan(0, Math.Min(_length, _buffer.Length)).CopyTo(larger);
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
