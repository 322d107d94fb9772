using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Nexus.Edge.Datagrams;

/// <summary>
/// Many datagrams for one system call, and our own address with each: the framework's calls give one or the other, and allocate
/// for each datagram. The structures are those of 64-bit Linux; all memory that the kernel sees is pinned for good.
/// </summary>
internal sealed unsafe partial class LinuxDatagramSocket : DatagramSocket
{
    private const int DoNotWait = 0x40;
    private const int Truncated = 0x20;
    private const int TryAgain = 11;
    private const int Interrupted = 4;

    private readonly int _maxDatagram;
    private readonly AddressFamily _family;
    private readonly byte[] _data;
    private readonly byte[] _names = GC.AllocateArray<byte>(BatchSize * SocketAddressFormat.MaxSize, pinned: true);
    private readonly byte[] _controls = GC.AllocateArray<byte>(BatchSize * ControlMessageFormat.MaxSize, pinned: true);
    private readonly IoVector[] _vectors = GC.AllocateArray<IoVector>(BatchSize, pinned: true);
    private readonly BatchedMessage[] _messages = GC.AllocateArray<BatchedMessage>(BatchSize, pinned: true);

    public LinuxDatagramSocket(Socket socket, int maxDatagram)
        : base(socket)
    {
        _maxDatagram = maxDatagram;
        _family = socket.AddressFamily;
        _data = GC.AllocateArray<byte>(BatchSize * maxDatagram, pinned: true);
        for (var i = 0; i < BatchSize; i++)
        {
            _vectors[i] = new() { Base = AddressOf(_data, i * maxDatagram), Length = (nuint)maxDatagram };
        }
    }

    public override int Receive()
    {
        for (var i = 0; i < BatchSize; i++)
        {
            // The kernel writes the lengths over what it was given.
            _messages[i].Header = new()
            {
                Name = AddressOf(_names, i * SocketAddressFormat.MaxSize),
                NameLength = SocketAddressFormat.MaxSize,
                Vectors = Marshal.UnsafeAddrOfPinnedArrayElement(_vectors, i),
                VectorCount = 1,
                Control = AddressOf(_controls, i * ControlMessageFormat.MaxSize),
                ControlLength = ControlMessageFormat.MaxSize,
            };
        }

        var count = ReceiveBatch(Socket.SafeHandle, Marshal.UnsafeAddrOfPinnedArrayElement(_messages, 0), BatchSize, DoNotWait, 0);
        if (count >= 0) return count;
        var error = Marshal.GetLastPInvokeError();
        return error is TryAgain or Interrupted ? 0 : throw new SocketException(error);
    }

    public override bool Get(int index, out FlowKey remote, out FlowAddress local, out ReadOnlySpan<byte> datagram)
    {
        ref var message = ref _messages[index];
        remote = SocketAddressFormat.Read(_names.AsSpan(index * SocketAddressFormat.MaxSize, SocketAddressFormat.MaxSize));
        local = ControlMessageFormat.ReadLocal(_controls.AsSpan(index * ControlMessageFormat.MaxSize, (int)Math.Min(message.Header.ControlLength, ControlMessageFormat.MaxSize)));
        datagram = _data.AsSpan(index * _maxDatagram, (int)Math.Min(message.Length, (uint)_maxDatagram));
        return (message.Header.Flags & Truncated) == 0;
    }

    [SkipLocalsInit]
    public override bool TrySend(in FlowKey remote, FlowAddress local, ReadOnlySpan<byte> datagram)
    {
        var name = stackalloc byte[SocketAddressFormat.MaxSize];
        var control = stackalloc byte[ControlMessageFormat.MaxSize];
        fixed (byte* bytes = datagram)
        {
            var vector = new IoVector { Base = (nint)bytes, Length = (nuint)datagram.Length };
            var header = new MessageHeader
            {
                Name = (nint)name,
                NameLength = (uint)SocketAddressFormat.Write(new(name, SocketAddressFormat.MaxSize), remote, _family),
                Vectors = (nint)(&vector),
                VectorCount = 1,
            };
            if (!local.IsUnknown)
            {
                header.Control = (nint)control;
                header.ControlLength = (nuint)ControlMessageFormat.WriteLocal(new(control, ControlMessageFormat.MaxSize), local, _family);
            }

            try
            {
                return Send(Socket.SafeHandle, (nint)(&header), DoNotWait) >= 0;
            }
            catch (ObjectDisposedException)
            {
                return false; // the port is being closed
            }
        }
    }

    private static nint AddressOf(byte[] pinned, int index) => Marshal.UnsafeAddrOfPinnedArrayElement(pinned, index);

    [LibraryImport("libc", EntryPoint = "recvmmsg", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int ReceiveBatch(SafeSocketHandle socket, nint messages, uint count, int flags, nint timeout);

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Send(SafeSocketHandle socket, nint message, int flags);

    /// <summary>struct iovec.</summary>
    private struct IoVector
    {
        public nint Base;
        public nuint Length;
    }

    /// <summary>struct msghdr.</summary>
    private struct MessageHeader
    {
        public nint Name;
        public uint NameLength;
        public nint Vectors;
        public nuint VectorCount;
        public nint Control;
        public nuint ControlLength;
        public int Flags;
    }

    /// <summary>struct mmsghdr.</summary>
    private struct BatchedMessage
    {
        public MessageHeader Header;
        public uint Length;
    }
}
