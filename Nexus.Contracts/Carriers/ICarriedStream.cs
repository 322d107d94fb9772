using Nexus.Protocol.Channels;

namespace Nexus.Contracts.Carriers;

/// <summary>A stream as its opener has it, by whichever carrier: its target may end both directions at once.</summary>
public interface ICarriedStream : IByteChannel
{
    /// <summary>Whether what is written has no receiver any more.</summary>
    bool IsDeaf { get; }

    /// <summary>The target's reason for the end, a snake_case word; null before the end, and when it could not tell.</summary>
    string? EndReason { get; }

    /// <summary>
    /// To be called after the end of what can be read: waits until the target has ended the stream in the other direction too;
    /// <see cref="ChannelReadStatus.End"/> when in order, else <see cref="ChannelReadStatus.Reset"/>.
    /// </summary>
    Task<ChannelReadStatus> WhenOverAsync();
}
