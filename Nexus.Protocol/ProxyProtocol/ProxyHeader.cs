namespace Nexus.Protocol.ProxyProtocol;

/// <summary>A PROXY header that was read; refers to the bytes it was read from.</summary>
public readonly ref struct ProxyHeader
{
    /// <summary>Bytes of the longest version 1 header, its line end included (proxy-protocol.txt §2.1).</summary>
    public const int MaxLengthV1 = 107;

    /// <summary>What every receiver takes of a version 2 header: the smallest TCP segment that is never split (proxy-protocol.txt §2.2).</summary>
    public const int DefaultMaxLength = 536;

    /// <summary>Bytes of the longest version 2 header that its length field can tell.</summary>
    public const int MaxLengthV2 = 16 + ushort.MaxValue;

    /// <summary>1 or 2.</summary>
    public int Version { get; internal init; }

    /// <summary>Whether the addresses count. <see cref="ProxyCommand.Proxy"/> in version 1, unless it says <c>UNKNOWN</c>.</summary>
    public ProxyCommand Command { get; internal init; }

    /// <summary>Whose connection it is; <see cref="ProxyAddresses.Unspecified"/> where the header does not say.</summary>
    public ProxyAddresses Addresses { get; internal init; }

    /// <summary>Bytes of the header; what the user sent begins behind them.</summary>
    public int Length { get; internal init; }

    /// <summary>The extensions, well-formed: read them with <see cref="ProxyTlvReader"/>. Empty in version 1.</summary>
    public ReadOnlySpan<byte> Extensions { get; internal init; }

    /// <summary>The first extension of a type.</summary>
    public bool TryFind(ProxyTlvType type, out ReadOnlySpan<byte> value)
    {
        var reader = new ProxyTlvReader(Extensions);
        while (reader.TryRead(out var found, out value))
        {
            if (found == type) return true;
        }
        value = default;
        return false;
    }
}
