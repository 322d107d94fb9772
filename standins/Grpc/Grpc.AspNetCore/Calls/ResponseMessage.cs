using System.Buffers;
using System.IO.Pipelines;
using Grpc.Core;
using Grpc.Core.Wire;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>Where a serializer writes a response: straight into the body once it has told the length, else by way of a pooled array.</summary>
internal sealed class ResponseMessage(PipeWriter body) : SerializationContext, IBufferWriter<byte>
{
    private readonly OutgoingMessage _unsized = new();
    private int _missing;
    private bool _isSized;
    private bool _isComplete;

    /// <summary>Part of a message went into the body and the rest never will.</summary>
    public bool IsTorn => _isSized && !_isComplete;

    public void Serialize<T>(Marshaller<T> marshaller, T message)
    {
        _isSized = false;
        _isComplete = false;
        _unsized.Start();
        try
        {
            marshaller.ContextualSerializer(message, this);
            if (!_isComplete) throw new InvalidOperationException("The serializer did not complete the message.");
        }
        finally
        {
            _unsized.Release();
        }
    }

    public override void SetPayloadLength(int payloadLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(payloadLength);
        if (_isSized) throw new InvalidOperationException("The payload length was set before.");

        MessageFrame.WriteHeader(body.GetSpan(MessageFrame.HeaderSize), payloadLength);
        body.Advance(MessageFrame.HeaderSize);
        _missing = payloadLength;
        _isSized = true;
    }

    public override IBufferWriter<byte> GetBufferWriter() => _isSized ? this : _unsized;

    public override void Complete(byte[] payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        if (!_isSized) SetPayloadLength(payload.Length);
        this.Write(payload);
        Complete();
    }

    public override void Complete()
    {
        if (!_isSized) body.Write(_unsized.Finish().Span);
        else if (_missing != 0) throw new InvalidOperationException($"The serializer wrote {_missing} bytes less than it had announced.");
        _isComplete = true;
    }

    public void Advance(int count)
    {
        if (count > _missing) throw new InvalidOperationException("The serializer wrote more than it had announced.");

        _missing -= count;
        body.Advance(count);
    }

    public Memory<byte> GetMemory(int sizeHint = 0) => body.GetMemory(sizeHint);

    public Span<byte> GetSpan(int sizeHint = 0) => body.GetSpan(sizeHint);
}
