namespace Nexus.Contracts.Carriers.HandOver;

/// <summary>One message as it was read; which members are set depends on the kind.</summary>
internal readonly ref struct HandOverMessage
{
    public HandOverMessageKind Kind { get; init; }

    /// <summary>The caller's number for the stream.</summary>
    public ulong Id { get; init; }

    /// <summary>Hello: the target's id. Refused: the detail. Ended: the reason as a word.</summary>
    public ReadOnlySpan<byte> Text { get; init; }

    /// <summary>Open: the request in protobuf.</summary>
    public ReadOnlySpan<byte> Request { get; init; }

    public ReadOnlySpan<byte> LastWords { get; init; }

    public ReadOnlySpan<byte> Prelude { get; init; }

    public OpenRefusal Refusal { get; init; }

    public long BytesFromUser { get; init; }

    public long BytesToUser { get; init; }

    /// <summary>Fin: how many bytes there are in all.</summary>
    public long Bytes { get; init; }
}
