using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Nexus.Protocol.Channels.Polling;

namespace Nexus.Protocol.Channels;

/// <summary>Connects sockets that are to become a <see cref="SocketChannel"/>.</summary>
/// <remarks>
/// The runtime's own asynchronous connect would leave the socket registered with its engine for good, which then wakes up for every packet
/// of a connection that it has nothing to do with.
/// </remarks>
public static partial class SocketDialer
{
    private const int InProgress = 115; // EINPROGRESS
    private const int Interrupted = 4; // EINTR: the attempt goes on all the same (connect(2))

    /// <summary>Connects <paramref name="socket"/>, which becomes non-blocking.</summary>
    /// <param name="socket">New, of the family of <paramref name="target"/>; stays the caller's.</param>
    /// <param name="target">An address, not a name.</param>
    /// <param name="cancellationToken">Gives up; the socket is of no use then.</param>
    /// <exception cref="SocketException">The target did not answer, or with a refusal.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired.</exception>
    public static async ValueTask ConnectAsync(Socket socket, IPEndPoint target, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(socket);
        ArgumentNullException.ThrowIfNull(target);
        if (!SocketPoller.IsSupported)
        {
            await socket.ConnectAsync(target, cancellationToken).ConfigureAwait(false);
            return;
        }

        cancellationToken.ThrowIfCancellationRequested();
        socket.Blocking = false;
        if (TryConnect(socket, target)) return;
        var polled = new PolledSocket(socket);
        try
        {
            var edges = polled.Writing.Edges;
            while (!socket.Poll(0, SelectMode.SelectWrite))
            {
                polled.Writing.Exhausted(edges);
                await polled.WaitAsync(polled.Writing, cancellationToken).ConfigureAwait(false);
                edges = polled.Writing.Edges;
            }
        }
        finally
        {
            polled.Close();
        }

        var error = (SocketError)(int)(socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error) ?? 0);
        if (error != SocketError.Success) throw new SocketException((int)error);
    }

    /// <summary>Connects to the first of a name's addresses that answers; the socket is the caller's.</summary>
    /// <param name="host">A name or an address; "localhost" is this machine without asking anybody (RFC 6761 §6.3).</param>
    /// <param name="port">1 to 65 535.</param>
    /// <param name="prepare">Sets options before the connect; null for none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SocketException">None of the addresses answered, or the name has none.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired.</exception>
    public static async Task<Socket> ConnectAsync(string host, int port, Action<Socket>? prepare, CancellationToken cancellationToken)
    {
        var addresses = await FindAddressesAsync(host, cancellationToken).ConfigureAwait(false);
        SocketException? last = null;
        foreach (var address in addresses)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            var isConnected = false;
            try
            {
                prepare?.Invoke(socket);
                await ConnectAsync(socket, new IPEndPoint(address, port), cancellationToken).ConfigureAwait(false);
                isConnected = true;
                return socket;
            }
            catch (SocketException e)
            {
                last = e;
            }
            finally
            {
                if (!isConnected) socket.Dispose();
            }
        }

        throw last ?? new SocketException((int)SocketError.HostNotFound);
    }

    private static async ValueTask<IPAddress[]> FindAddressesAsync(string host, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out var address)) return [address];
        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase)) return Socket.OSSupportsIPv6 ? [IPAddress.Loopback, IPAddress.IPv6Loopback] : [IPAddress.Loopback];
        return await Dns.GetHostAddressesAsync(host, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>False while the answer is awaited.</summary>
    private static bool TryConnect(Socket socket, IPEndPoint target)
    {
        var address = target.Serialize();
        if (connect(socket.SafeHandle, address.Buffer.Span, (uint)address.Size) == 0) return true;
        var error = Marshal.GetLastPInvokeError();
        return error is InProgress or Interrupted ? false : throw new SocketException(error);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int connect(SafeHandle descriptor, ReadOnlySpan<byte> address, uint length);
}
