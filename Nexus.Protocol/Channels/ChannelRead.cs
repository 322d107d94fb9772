namespace Nexus.Protocol.Channels;

/// <summary>Result of <see cref="IByteSource.TryRead"/>.</summary>
/// <param name="Status">What was found.</param>
/// <param name="Count">Bytes copied; above 0 exactly when <paramref name="Status"/> is <see cref="ChannelReadStatus.Data"/>.</param>
public readonly record struct ChannelRead(ChannelReadStatus Status, int Count = 0)
{
    /// <summary>Nothing at present.</summary>
    public static ChannelRead Empty => new(ChannelReadStatus.Empty);

    /// <summary>The other side's orderly end.</summary>
    public static ChannelRead End => new(ChannelReadStatus.End);

    /// <summary>The channel broke.</summary>
    public static ChannelRead Reset => new(ChannelReadStatus.Reset);

    /// <summary><paramref name="count"/> bytes were copied.</summary>
    public static ChannelRead Data(int count) => new(ChannelReadStatus.Data, count);
}
