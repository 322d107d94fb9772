using System.Net;
using System.Net.Sockets;

namespace Nexus.Benchmarks.Session;

/// <summary>A local service: after one letter and a length it sends (D), takes (U) or echoes (E). A thread a connection: plain and cheap.</summary>
internal sealed class SessionService : IDisposable
{
    private const int BufferSize = 256 * 1024;
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public SessionService()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(512);
        new Thread(Accept) { IsBackground = true }.Start();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public void Dispose() => _listener.Dispose();

    private void Accept()
    {
        try
        {
            while (true)
            {
                var socket = _listener.Accept();
                new Thread(() => Serve(socket), 128 * 1024) { IsBackground = true }.Start();
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The run is over.
        }
    }

    private static void Serve(Socket socket)
    {
        using var owned = socket;
        socket.NoDelay = true;
        Span<byte> head = stackalloc byte[9];
        try
        {
            for (var count = 0; count < head.Length;) count += socket.Receive(head[count..]);
            var length = BitConverter.ToInt64(head[1..]);
            var buffer = new byte[BufferSize];
            if (head[0] == 'D') Send(socket, length, buffer);
            else if (head[0] == 'U') Take(socket, length, buffer);
            else Echo(socket, buffer);
        }
        catch (SocketException)
        {
            // The user has left.
        }
    }

    private static void Send(Socket socket, long length, byte[] buffer)
    {
        while (length > 0) length -= socket.Send(buffer.AsSpan(0, (int)Math.Min(length, buffer.Length)));
        socket.Shutdown(SocketShutdown.Send);
        socket.Receive(buffer);
    }

    private static void Take(Socket socket, long length, byte[] buffer)
    {
        while (length > 0) length -= socket.Receive(buffer);
        socket.Send([1]);
        socket.Receive(buffer);
    }

    private static void Echo(Socket socket, byte[] buffer)
    {
        while (socket.Receive(buffer) is > 0 and var count) socket.Send(buffer.AsSpan(0, count));
    }
}
