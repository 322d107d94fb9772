using Nexus.Client.Streams;

namespace Nexus.Client.LocalRouting;

/// <summary>What came of a UDP user's wish to be connected: a local side, or why there is none.</summary>
internal readonly record struct OpenedDatagrams(ILocalDatagrams? Local, StreamEnd Failure)
{
    public static OpenedDatagrams Opened(ILocalDatagrams local) => new(local, default);

    public static OpenedDatagrams Failed(StreamEnd failure) => new(null, failure);
}
