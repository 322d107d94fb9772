using Nexus.Protocol.Channels;

namespace Nexus.Contracts.Carriers;

/// <summary>A stream as its opener has it, by whichever carrier: its target may end both directions at once.</summary>
internal interface ICarriedStream : IByteChannel
{
    /// <summary>Whether what is written has no receiver any more.</summary>
    bool IsDeaf { get; }

    /// <inheritdoc cref="RelayClientChannel.WhenOverAsync"/>
    Task<ChannelReadStatus> WhenOverAsync();
}
