using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Nexus.Client.Streams;

namespace Nexus.Client.LocalRouting;

/// <summary>A connected UDP socket to a local service.</summary>
internal sealed class LocalUdpSocket : ILocalDatagrams
{
    /// <summary>More than any datagram, so that none is cut: what is too large for the hub is dropped whole.</summary>
    private const int BufferSize = 64 * 1024;

    /// <summary>Datagrams taken in with one buffer before others get a turn.</summary>
    private const int MaxBatch = 64;

    private readonly Socket _socket;
    private readonly TaskCompletionSource _unreachable = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private LocalUdpSocket(Socket socket) => _socket = socket;

    /// <summary>
    /// A name's IPv4 address comes first: nobody notices that nothing listens on the other one, and `localhost` mostly means
    /// 127.0.0.1 to those who write it.
    /// </summary>
    /// <exception cref="SocketException">The name has no address, or there is no way to it.</exception>
    public static async Task<LocalUdpSocket> ConnectAsync(string host, int port, CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(host, cancellationToken).ConfigureAwait(false);
        if (addresses.Length == 0) throw new SocketException((int)SocketError.HostNotFound);
        var address = addresses.OrderBy(candidate => candidate.AddressFamily == AddressFamily.InterNetwork ? 0 : 1).First();
        var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { Blocking = false };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(address, port), cancellationToken).ConfigureAwait(false);
            return new LocalUdpSocket(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public bool TrySend(ReadOnlySpan<byte> datagram)
    {
        try
        {
            _socket.Send(datagram, SocketFlags.None, out var error);
            if (IsUnreachable(error)) _unreachable.TrySetResult(); // of an earlier datagram: the system tells it once, to whoever asks first
            return error == SocketError.Success;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    public async Task<StreamEnd> ReceiveAsync(UserFlow flow, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var receiving = ReceiveUntilAsync(flow, stop.Token);
        var first = await Task.WhenAny(receiving, _unreachable.Task).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        var end = await receiving.ConfigureAwait(false);
        return first == receiving ? end : StreamEnd.Unreachable;
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<StreamEnd> ReceiveUntilAsync(UserFlow flow, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                // Waits without a buffer.
                await _socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, cancellationToken).ConfigureAwait(false);
                if (IsUnreachable(TakeIn(flow))) return StreamEnd.Unreachable;
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return StreamEnd.LocalFailed; // whoever cancelled has another reason
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return e is SocketException { SocketErrorCode: var error } && IsUnreachable(error) ? StreamEnd.Unreachable : StreamEnd.LocalFailed;
        }
    }

    private SocketError TakeIn(UserFlow flow)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            var error = SocketError.Success;
            for (var i = 0; i < MaxBatch && error == SocketError.Success; i++)
            {
                var count = _socket.Receive(buffer.AsSpan(0, BufferSize), SocketFlags.None, out error);
                if (error == SocketError.Success) flow.Send(buffer.AsSpan(0, count));
            }

            return error;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static bool IsUnreachable(SocketError error) =>
        error is SocketError.ConnectionRefused or SocketError.ConnectionReset or SocketError.HostUnreachable or SocketError.NetworkUnreachable;
}
