using Nexus.Client.Streams;
using Nexus.Protocol.Channels;

namespace Nexus.Client.LocalRouting;

/// <summary>What came of a user's wish to be connected: a channel, or why there is none.</summary>
internal readonly record struct OpenedLocal(IByteChannel? Channel, StreamEnd Failure)
{
    public static OpenedLocal Opened(IByteChannel channel) => new(channel, default);

    public static OpenedLocal Failed(StreamEnd failure) => new(null, failure);
}
