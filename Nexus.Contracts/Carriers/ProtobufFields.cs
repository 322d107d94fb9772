using System.Buffers;

namespace Nexus.Contracts.Carriers;

/// <summary>Walks the length-delimited fields of one message, and the numbers if they are asked for; skips the others.</summary>
internal ref struct ProtobufFields(in ReadOnlySequence<byte> message)
{
    public const int LengthDelimited = 2;

    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int StartGroup = 3;
    private const int EndGroup = 4;
    private const int Fixed32 = 5;
    private const int MaxGroupDepth = 100; // protobuf's own recursion limit

    private SequenceReader<byte> _reader = new(message);

    /// <summary>Set when the walk ended before the message did.</summary>
    public bool IsMalformed { get; private set; }

    /// <summary>The next length-delimited field; false at the end, or where the message is malformed.</summary>
    public bool TryReadNext(out int field, out ReadOnlySequence<byte> content) => TryReadNext(takesNumbers: false, out field, out content, out _);

    /// <summary>The same, and fields with a number, whose content is empty.</summary>
    public bool TryReadNext(out int field, out ReadOnlySequence<byte> content, out ulong number) =>
        TryReadNext(takesNumbers: true, out field, out content, out number);

    private bool TryReadNext(bool takesNumbers, out int field, out ReadOnlySequence<byte> content, out ulong number)
    {
        field = 0;
        number = 0;
        content = default;
        while (!_reader.End)
        {
            var isRead = TryReadTag(out field, out var wireType) && wireType switch
            {
                LengthDelimited => TryReadContent(out content),
                Varint => ProtobufVarint.TryRead(ref _reader, out number),
                _ => TrySkip(field, wireType, depth: 0),
            };
            IsMalformed = !isRead;
            if (!isRead) return false;
            if (wireType == LengthDelimited || (takesNumbers && wireType == Varint)) return true;
        }

        return false;
    }

    private bool TryReadTag(out int field, out int wireType)
    {
        var isRead = ProtobufVarint.TryRead(ref _reader, out var tag);
        field = (int)(tag >> 3);
        wireType = (int)(tag & 7);
        return isRead && tag is >= 8 and <= uint.MaxValue;
    }

    private bool TryReadContent(out ReadOnlySequence<byte> content)
    {
        content = default;
        return ProtobufVarint.TryRead(ref _reader, out var length)
            && length <= (ulong)_reader.Remaining
            && _reader.TryReadExact((int)length, out content);
    }

    private bool TrySkip(int field, int wireType, int depth)
    {
        switch (wireType)
        {
            case Varint: return ProtobufVarint.TryRead(ref _reader, out _);
            case Fixed64: return TryAdvance(8);
            case Fixed32: return TryAdvance(4);
            case LengthDelimited: return TryReadContent(out _);
            case StartGroup: return depth < MaxGroupDepth && TrySkipGroup(field, depth + 1);
            default: return false;
        }
    }

    private bool TrySkipGroup(int group, int depth)
    {
        while (TryReadTag(out var field, out var wireType))
        {
            if (wireType == EndGroup) return field == group;
            if (!TrySkip(field, wireType, depth)) return false;
        }

        return false;
    }

    private bool TryAdvance(int count)
    {
        if (_reader.Remaining < count) return false;

        _reader.Advance(count);
        return true;
    }
}
