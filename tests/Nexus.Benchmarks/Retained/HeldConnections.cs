using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Nexus.Benchmarks.Retained;

/// <summary>Connections that stay, by their numbers: nothing of those who are not measured is on the heap.</summary>
internal sealed partial class HeldConnections : IDisposable
{
    private readonly int[] _held = new int[IdleUsers.Total];
    private int _count;

    /// <summary>The connection lasts from now on, whatever becomes of <paramref name="socket"/>.</summary>
    public void Hold(Socket socket) => _held[_count++] = dup(socket.SafeHandle) is >= 0 and var descriptor ? descriptor : throw new InvalidOperationException("Out of descriptors.");

    public void Dispose()
    {
        foreach (var descriptor in _held.AsSpan(0, _count)) _ = close(descriptor);
    }

    /// <summary>Waits for so many bytes.</summary>
    public static void Hear(Socket user, int bytes)
    {
        Span<byte> answer = stackalloc byte[bytes];
        while (bytes > 0) bytes -= user.Receive(answer[..bytes]) is > 0 and var count ? count : throw new InvalidOperationException("The user was sent away.");
    }

    [LibraryImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int dup(SafeHandle descriptor);

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int close(int descriptor);
}
