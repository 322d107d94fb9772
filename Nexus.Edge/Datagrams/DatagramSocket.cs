using System.Net;
using System.Net.Sockets;

namespace Nexus.Edge.Datagrams;

/// <summary>
/// The socket of one UDP relay port: takes in many datagrams at a time, and answers from the address that each had reached.
/// One reader; any number of senders.
/// </summary>
internal abstract class DatagramSocket(Socket socket) : IDisposable
{
    /// <summary>Datagrams taken in at once.</summary>
    protected const int BatchSize = 32;

    /// <summary>Bursts wait here; the kernel gives what its own limit allows.</summary>
    private const int KernelBuffer = 4 * 1024 * 1024;

    protected Socket Socket => socket;

    public int Port => (socket.LocalEndPoint as IPEndPoint)?.Port ?? 0;

    /// <exception cref="IOException">The port is taken or not ours to take.</exception>
    public static DatagramSocket Bind(IPAddress address, int port, int maxDatagram)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            var isIPv6 = address.AddressFamily == AddressFamily.InterNetworkV6;
            if (address.Equals(IPAddress.IPv6Any)) socket.DualMode = true;
            if (address.Equals(IPAddress.IPv6Any) || address.Equals(IPAddress.Any))
            {
                socket.SetSocketOption(isIPv6 ? SocketOptionLevel.IPv6 : SocketOptionLevel.IP, SocketOptionName.PacketInformation, true);
            }

            socket.ReceiveBufferSize = KernelBuffer;
            socket.SendBufferSize = KernelBuffer;
            socket.Blocking = false;
            socket.Bind(new IPEndPoint(address, port));
            return OperatingSystem.IsLinux() && Environment.Is64BitProcess
                ? new LinuxDatagramSocket(socket, maxDatagram)
                : new PortableDatagramSocket(socket, maxDatagram);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new IOException($"Cannot bind UDP relay port {port}: {e.Message}", e);
        }
    }

    /// <summary>Waits until there is something to take in, without holding anything for it.</summary>
    /// <exception cref="SocketException">The socket has failed.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired.</exception>
    public async ValueTask WaitAsync(CancellationToken cancellationToken) =>
        await socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, cancellationToken);

    /// <summary>Takes in what is there; how many, 0 when nothing. Each is looked at by <see cref="Get"/> before the next call.</summary>
    /// <exception cref="SocketException">The socket has failed.</exception>
    public abstract int Receive();

    /// <summary>One datagram of the last batch; false when it was larger than allowed.</summary>
    public abstract bool Get(int index, out FlowKey remote, out FlowAddress local, out ReadOnlySpan<byte> datagram);

    /// <summary>Sends without waiting; false when the datagram was dropped.</summary>
    public abstract bool TrySend(in FlowKey remote, FlowAddress local, ReadOnlySpan<byte> datagram);

    public void Dispose() => socket.Dispose();
}
