using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Nexus.Contracts.Carriers.HandOver;

/// <summary>What the framework cannot do with sockets: pass a descriptor, keep one, let go of one. The structures are those of 64-bit Linux (x64 and arm64 have the same).</summary>
[SupportedOSPlatform("linux")]
internal static unsafe partial class LinuxSockets
{
    public const int Success = 0;
    public const int Interrupted = 4;
    public const int TryAgain = 11;
    public const int MessageTooLong = 90;
    public const int NoBuffers = 105;
    public const int TooManyReferences = 109;

    private const int DoNotWait = 0x40; // MSG_DONTWAIT
    private const int NoSignal = 0x4000; // MSG_NOSIGNAL
    private const int CloseOnExec = 0x40000000; // MSG_CMSG_CLOEXEC
    private const int Truncated = 0x20; // MSG_TRUNC
    private const int ControlTruncated = 0x8; // MSG_CTRUNC
    private const int SocketLevel = 1; // SOL_SOCKET
    private const int Rights = 1; // SCM_RIGHTS
    private const int PeerCredentials = 17; // SO_PEERCRED
    private const int DuplicateCloseOnExec = 1030; // F_DUPFD_CLOEXEC
    private const int EpollDelete = 2; // EPOLL_CTL_DEL
    private const int MaxDescriptors = 4; // one is right; the kernel closes what does not fit, and says so
    private const int ControlSize = 16 + (MaxDescriptors * sizeof(int));

    /// <summary>Who we are.</summary>
    public static uint UserId => EffectiveUser();

    /// <summary>Sends one message without waiting; an error number, or <see cref="Success"/>.</summary>
    /// <param name="socket">A socket that keeps messages apart.</param>
    /// <param name="message">Not empty: an empty one looks like the end.</param>
    /// <param name="attached">A descriptor that the receiver gets a duplicate of; null for none.</param>
    [SkipLocalsInit]
    public static int Send(SafeSocketHandle socket, ReadOnlySpan<byte> message, SafeHandle? attached)
    {
        var control = stackalloc byte[ControlHeader.SpaceForOne];
        var isHeld = false;
        try
        {
            fixed (byte* bytes = message)
            {
                var vector = new IoVector { Base = (nint)bytes, Length = (nuint)message.Length };
                var header = new MessageHeader { Vectors = (nint)(&vector), VectorCount = 1 };
                if (attached is not null)
                {
                    attached.DangerousAddRef(ref isHeld);
                    *(ControlHeader*)control = new() { Length = ControlHeader.LengthForOne, Level = SocketLevel, Type = Rights };
                    *(int*)(control + sizeof(ControlHeader)) = (int)attached.DangerousGetHandle();
                    header.Control = (nint)control;
                    header.ControlLength = ControlHeader.SpaceForOne;
                }

                return SendMessage(socket, (nint)(&header), DoNotWait | NoSignal) >= 0 ? Success : Marshal.GetLastPInvokeError();
            }
        }
        finally
        {
            if (isHeld) attached?.DangerousRelease();
        }
    }

    /// <summary>Takes one message without waiting. More than one descriptor is closed at once; the only one is the caller's to dispose.</summary>
    [SkipLocalsInit]
    public static ReceivedMessage Receive(SafeSocketHandle socket, Span<byte> buffer)
    {
        var control = stackalloc byte[ControlSize];
        fixed (byte* bytes = buffer)
        {
            var vector = new IoVector { Base = (nint)bytes, Length = (nuint)buffer.Length };
            var header = new MessageHeader { Vectors = (nint)(&vector), VectorCount = 1, Control = (nint)control, ControlLength = ControlSize };
            var count = ReceiveMessage(socket, (nint)(&header), DoNotWait | CloseOnExec);
            if (count < 0) return new(0, Marshal.GetLastPInvokeError(), false, 0, null);
            var (descriptors, only) = TakeDescriptors(new(control, (int)Math.Min(header.ControlLength, ControlSize)));
            return new((int)count, Success, (header.Flags & (Truncated | ControlTruncated)) != 0, descriptors, only);
        }
    }

    /// <summary>Another descriptor for the same connection; null when there are none left.</summary>
    public static SafeFileHandle? Duplicate(SafeSocketHandle socket)
    {
        var descriptor = Control(socket, DuplicateCloseOnExec, 0);
        return descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    /// <summary>Two sockets that are connected with each other, non-blocking and not inherited; null when there are no descriptors left.</summary>
    public static (SafeSocketHandle Near, SafeFileHandle Far)? CreatePair()
    {
        const int Unix = 1; // AF_UNIX
        const int Stream = 1; // SOCK_STREAM
        const int PairCloseOnExec = 0x80000; // SOCK_CLOEXEC
        const int PairNonBlocking = 0x800; // SOCK_NONBLOCK
        var pair = stackalloc int[2];
        return SocketPair(Unix, Stream | PairCloseOnExec | PairNonBlocking, 0, (nint)pair) == 0
            ? (new(pair[0], ownsHandle: true), new(pair[1], ownsHandle: true))
            : null;
    }

    /// <summary>Breaks a TCP connection for everybody who holds it: the other side gets a reset (connect(2) to AF_UNSPEC).</summary>
    public static void Reset(SafeHandle connection)
    {
        var unspecified = stackalloc byte[16];
        new Span<byte>(unspecified, 16).Clear();
        try
        {
            Connect(connection, (nint)unspecified, 16); // a connection that is over already fails, and is what was wanted
        }
        catch (ObjectDisposedException)
        {
            // Closed meanwhile.
        }
    }

    /// <summary>Ends the watching of a socket by one epoll instance; an error number, or <see cref="Success"/>.</summary>
    public static int StopWatching(int epoll, SafeSocketHandle socket) => ControlEpoll(epoll, EpollDelete, socket, 0) == 0 ? Success : Marshal.GetLastPInvokeError();

    /// <summary>Who connected, or bound, the other end; null when the system does not say.</summary>
    public static uint? PeerUser(Socket socket)
    {
        Span<byte> credentials = stackalloc byte[12]; // struct ucred: pid, uid, gid
        var length = socket.GetRawSocketOption(SocketLevel, PeerCredentials, credentials);
        return length == credentials.Length ? MemoryMarshal.Read<uint>(credentials[4..]) : null;
    }

    /// <summary>What is at a path, itself and not where it points to; null for nothing.</summary>
    public static FileOwnership? Look(string path)
    {
        const int CurrentDirectory = -100;
        const int NoFollow = 0x100;
        const uint BasicStats = 0x7ff;
        Span<byte> status = stackalloc byte[256]; // struct statx, the same on every architecture
        fixed (byte* bytes = status)
        {
            if (Status(CurrentDirectory, path, NoFollow, BasicStats, (nint)bytes) != 0) return null;
        }

        return new(MemoryMarshal.Read<uint>(status[20..]), MemoryMarshal.Read<ushort>(status[28..]));
    }

    private static (int Count, SafeSocketHandle? Only) TakeDescriptors(ReadOnlySpan<byte> control)
    {
        var count = 0;
        var first = -1;
        while (control.Length >= sizeof(ControlHeader))
        {
            var header = MemoryMarshal.Read<ControlHeader>(control);
            if (header.Length < (nuint)sizeof(ControlHeader) || header.Length > (nuint)control.Length) break;
            var data = control[sizeof(ControlHeader)..(int)header.Length];
            for (; header is { Level: SocketLevel, Type: Rights } && data.Length >= sizeof(int); data = data[sizeof(int)..])
            {
                var descriptor = MemoryMarshal.Read<int>(data);
                if (++count == 1) first = descriptor;
                else _ = Close(descriptor);
            }

            control = control[Math.Min(control.Length, ControlHeader.Align((int)header.Length))..];
        }

        if (count == 1) return (1, new(first, ownsHandle: true));
        if (count > 1) _ = Close(first);
        return (count, null);
    }

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint SendMessage(SafeSocketHandle socket, nint message, int flags);

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint ReceiveMessage(SafeSocketHandle socket, nint message, int flags);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Control(SafeSocketHandle descriptor, int command, nint argument);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Connect(SafeHandle socket, nint address, uint length);

    [LibraryImport("libc", EntryPoint = "socketpair", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SocketPair(int domain, int type, int protocol, nint pair);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int ControlEpoll(int epoll, int operation, SafeSocketHandle socket, nint change);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Status(int folder, string path, int flags, uint mask, nint status);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial uint EffectiveUser();

    /// <summary>struct iovec.</summary>
    internal struct IoVector
    {
        public nint Base;
        public nuint Length;
    }

    /// <summary>struct msghdr.</summary>
    internal struct MessageHeader
    {
        public nint Name;
        public uint NameLength;
        public nint Vectors;
        public nuint VectorCount;
        public nint Control;
        public nuint ControlLength;
        public int Flags;
    }

    /// <summary>struct cmsghdr.</summary>
    internal struct ControlHeader
    {
        /// <summary>CMSG_LEN(sizeof(int)).</summary>
        public const int LengthForOne = 16 + sizeof(int);

        /// <summary>CMSG_SPACE(sizeof(int)).</summary>
        public const int SpaceForOne = 16 + 8;

        public nuint Length;
        public int Level;
        public int Type;

        /// <summary>CMSG_ALIGN.</summary>
        public static int Align(int length) => (length + 7) & ~7;
    }
}
