using System.Runtime.InteropServices;

namespace Nexus.Protocol.Channels.Polling;

/// <summary>epoll(7) of Linux on x64 and arm64.</summary>
internal static unsafe partial class EpollInterop
{
    public const uint In = 0x001;
    public const uint Out = 0x004;
    public const uint Error = 0x008;
    public const uint HangUp = 0x010;
    public const uint ReadHangUp = 0x2000;
    public const uint EdgeTriggered = 1u << 31;

    private const int Add = 1;
    private const int Delete = 2;
    private const int CloseOnExec = 0x80000;
    private const int Interrupted = 4; // EINTR

    /// <summary>struct epoll_event is packed on x64 and nowhere else (sys/epoll.h).</summary>
    public static int EventSize => RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    /// <summary>Where its 64 bits of user data begin.</summary>
    public static int DataOffset => EventSize - sizeof(ulong);

    /// <summary>A new instance; negative when the system refuses.</summary>
    public static int Create() => epoll_create1(CloseOnExec);

    /// <summary>False when the system refuses.</summary>
    public static bool TryAdd(int epoll, SafeHandle socket, uint events, ulong key)
    {
        Span<byte> change = stackalloc byte[16];
        MemoryMarshal.Write(change, events);
        MemoryMarshal.Write(change[DataOffset..], key);
        fixed (byte* pointer = change) return epoll_ctl(epoll, Add, socket, pointer) == 0;
    }

    /// <summary>Takes a socket out that was added; no event of it is reported by later waits.</summary>
    public static void Remove(int epoll, SafeHandle socket)
    {
        Span<byte> unused = stackalloc byte[16];
        fixed (byte* pointer = unused) _ = epoll_ctl(epoll, Delete, socket, pointer);
    }

    /// <summary>Waits for events; their number, which is 0 after an interruption.</summary>
    /// <exception cref="InvalidOperationException">The instance is none.</exception>
    public static int Wait(int epoll, Span<byte> events)
    {
        fixed (byte* pointer = events)
        {
            var count = epoll_wait(epoll, pointer, events.Length / EventSize, -1);
            if (count >= 0) return count;
        }

        return Marshal.GetLastPInvokeError() == Interrupted ? 0 : throw new InvalidOperationException($"epoll_wait failed with error {Marshal.GetLastPInvokeError()}.");
    }

    /// <summary>The event at <paramref name="index"/>.</summary>
    public static (uint Events, ulong Key) Read(ReadOnlySpan<byte> events, int index)
    {
        var one = events.Slice(index * EventSize, EventSize);
        return (MemoryMarshal.Read<uint>(one), MemoryMarshal.Read<ulong>(one[DataOffset..]));
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_ctl(int epoll, int operation, SafeHandle descriptor, byte* change);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_wait(int epoll, byte* events, int maxEvents, int timeout);
}
