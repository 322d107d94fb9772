namespace Nexus.Protocol.Channels;

/// <summary>What <see cref="IByteSource.TryRead"/> found.</summary>
public enum ChannelReadStatus
{
    /// <summary>Bytes were copied.</summary>
    Data,

    /// <summary>Nothing is there at present; wait with <see cref="IByteSource.WaitToReadAsync"/>.</summary>
    Empty,

    /// <summary>The other side ended its direction in order (TCP FIN); writing may go on.</summary>
    End,

    /// <summary>The channel is broken (TCP RST, transport failure, aborted): nothing more arrives or leaves.</summary>
    Reset,
}
