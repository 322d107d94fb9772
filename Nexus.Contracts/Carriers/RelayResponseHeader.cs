using System.Buffers;
using System.Buffers.Binary;

namespace Nexus.Contracts.Carriers;

/// <summary>
/// What goes before the data of one RelayResponse: gRPC's prefix and the field's tag and length, as they arrive. A message in another legal
/// form (unknown fields, the field twice, a length in more bytes than needed) is collected as a whole.
/// </summary>
internal sealed class RelayResponseHeader : IDisposable
{
    private const int PrefixSize = 5;
    private const int UsualSize = RelayFrameFormat.HeaderSize - PrefixSize;

    // Room for fields that a later version may add.
    private const int MaxMessage = 2 * RelayFrameFormat.MaxData;

    private readonly byte[] _start = new byte[RelayFrameFormat.HeaderSize];
    private byte[] _whole = [];
    private Phase _phase;
    private int _have;
    private int _size = PrefixSize;
    private int _messageSize;

    private enum Phase
    {
        Prefix,
        Start,
        Whole,
        Complete,
    }

    public bool IsComplete => _phase == Phase.Complete;

    /// <summary>Whether a part of a message was read.</summary>
    public bool HasBegun => _have > 0;

    /// <summary>Data that was read with the header; valid until <see cref="Restart"/>.</summary>
    public ReadOnlyMemory<byte> Lead { get; private set; }

    /// <summary>Data that follows.</summary>
    public int Missing { get; private set; }

    /// <summary>Where the next bytes go.</summary>
    public Span<byte> Free => (_phase == Phase.Whole ? _whole : _start).AsSpan(_have, _size - _have);

    /// <summary>For the next message.</summary>
    public void Restart()
    {
        Dispose();
        (_phase, _have, _size, Lead, Missing) = (Phase.Prefix, 0, PrefixSize, default, 0);
    }

    /// <summary>Bytes were read into <see cref="Free"/>. False when they begin no message that can be taken.</summary>
    public bool TryAdvance(int count)
    {
        _have += count;
        var isLegal = true;
        while (isLegal && _have == _size && _phase != Phase.Complete)
        {
            isLegal = _phase switch
            {
                Phase.Prefix => TryReadPrefix(),
                Phase.Start => TryReadStart(),
                _ => TryReadWhole(),
            };
        }

        return isLegal;
    }

    public void Dispose()
    {
        var whole = _whole;
        _whole = [];
        Lead = default;
        if (whole.Length > 0) ArrayPool<byte>.Shared.Return(whole);
    }

    private bool TryReadPrefix()
    {
        var size = BinaryPrimitives.ReadUInt32BigEndian(_start.AsSpan(1));
        if (_start[0] != 0 || size > MaxMessage) return false; // compressed, which nobody has asked for; or too large

        _messageSize = (int)size;
        _size = PrefixSize + Math.Min(_messageSize, UsualSize);
        _phase = _messageSize == 0 ? Phase.Complete : Phase.Start;
        return true;
    }

    /// <summary>Nearly always the message is the one field; its data is not touched then.</summary>
    private bool TryReadStart()
    {
        var start = _start.AsMemory(PrefixSize, _size - PrefixSize);
        var reader = new SequenceReader<byte>(new ReadOnlySequence<byte>(start[1..]));
        if (start.Span[0] == RelayFrameFormat.ResponseTag && ProtobufVarint.TryRead(ref reader, out var length)
            && length is > 0 and <= RelayFrameFormat.MaxData && 1 + (int)reader.Consumed + (int)length == _messageSize)
        {
            Lead = start[(1 + (int)reader.Consumed)..];
            Missing = (int)length - Lead.Length;
            _phase = Phase.Complete;
            return true;
        }

        _whole = ArrayPool<byte>.Shared.Rent(_messageSize);
        start.CopyTo(_whole);
        (_phase, _have, _size) = (Phase.Whole, start.Length, _messageSize);
        return true;
    }

    private bool TryReadWhole()
    {
        _phase = Phase.Complete;
        if (!RelayFrameFormat.TryReadResponse(_whole.AsMemory(0, _messageSize), out var data)) return false;

        Lead = data;
        return true;
    }
}
