using System.Net.Sockets;

namespace Nexus.Contracts.Carriers.HandOver;

/// <summary>What /proc says of this process's descriptors.</summary>
internal static class Descriptors
{
    /// <summary>The inode of a socket, in the spelling of an epoll instance's information.</summary>
    public static string InodeOf(Socket socket)
    {
        var target = new FileInfo($"/proc/self/fd/{socket.SafeHandle.DangerousGetHandle()}").LinkTarget ?? throw new InvalidOperationException("No such descriptor.");
        return $"ino:{long.Parse(target["socket:[".Length..^1], System.Globalization.CultureInfo.InvariantCulture):x}";
    }

    /// <summary>Whether any epoll instance watches the socket with this inode.</summary>
    public static bool AnyEpollWatches(string inode) => EpollInformation().Any(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Contains(inode));

    public static int CountOf(string inode) => Directory.EnumerateFileSystemEntries("/proc/self/fd").Count(link => TargetOf(link) == $"socket:[{Convert.ToInt64(inode[4..], 16)}]");

    private static IEnumerable<string> EpollInformation() => Directory.EnumerateFileSystemEntries("/proc/self/fd")
        .Where(link => TargetOf(link) == "anon_inode:[eventpoll]")
        .SelectMany(link => File.ReadLines($"/proc/self/fdinfo/{Path.GetFileName(link)}"));

    private static string? TargetOf(string link)
    {
        try
        {
            return new FileInfo(link).LinkTarget;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
