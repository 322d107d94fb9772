using System.Runtime.CompilerServices;
using Nexus.Protocol.Channels.Polling;

namespace Nexus.Protocol.Channels;

/// <summary>
/// What continues after a wait for a <see cref="SocketChannel"/> may run on the thread that waits for many sockets, so that one wake-up does
/// the work of two. It must not stay there long.
/// </summary>
public static class PollerThread
{
    /// <summary>Whether other sockets wait for the caller to come to an end.</summary>
    public static bool IsCurrent => SocketPoller.IsCurrent;

    /// <summary>To be awaited, with no context to come back to: what follows runs on the thread pool.</summary>
    public static ConfiguredTaskAwaitable LeaveAsync() => Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
}
