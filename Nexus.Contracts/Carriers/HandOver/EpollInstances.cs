using System.Globalization;
using System.Net.Sockets;
using System.Runtime.Versioning;

namespace Nexus.Contracts.Carriers.HandOver;

/// <summary>
/// The epoll instances of this process, which are the runtime's. A registration lives until the last duplicate of the socket is closed,
/// in whatever process (epoll(7)), and the runtime counts on its own close: without this it would be woken by every packet of a
/// connection that it has given away, and would take the events for those of whatever gets the number next.
/// </summary>
[SupportedOSPlatform("linux")]
internal static class EpollInstances
{
    private const string Descriptors = "/proc/self/fd";

    // Found once: the runtime makes all of its instances with the first asynchronous operation of any socket.
    private static readonly Lazy<int[]> s_all = new(() => [.. Find()]);

    /// <summary>Ends the watching of a socket that is about to be closed here while others still hold it.</summary>
    public static void Forget(SafeSocketHandle socket)
    {
        foreach (var epoll in s_all.Value) LinuxSockets.StopWatching(epoll, socket); // most do not know it
    }

    private static IEnumerable<int> Find()
    {
        foreach (var link in Directory.EnumerateFileSystemEntries(Descriptors))
        {
            if (IsEpoll(link)) yield return int.Parse(Path.GetFileName(link), CultureInfo.InvariantCulture);
        }
    }

    private static bool IsEpoll(string link)
    {
        try
        {
            return new FileInfo(link).LinkTarget == "anon_inode:[eventpoll]";
        }
        catch (IOException)
        {
            return false; // closed meanwhile
        }
    }
}
