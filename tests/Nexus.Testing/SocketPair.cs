using System.Net;
using System.Net.Sockets;

namespace Nexus.Testing;

/// <summary>Two connected TCP sockets on loopback.</summary>
public sealed class SocketPair : IDisposable
{
    private SocketPair(Socket near, Socket far)
    {
        Near = near;
        Far = far;
    }

    /// <summary>The dialling end.</summary>
    public Socket Near { get; }

    /// <summary>The accepted end.</summary>
    public Socket Far { get; }

    /// <summary>Connects two sockets.</summary>
    /// <param name="bufferSize">Kernel buffer sizes to ask for, so that few bytes fit in between; null for the system's own.</param>
    public static async Task<SocketPair> ConnectAsync(int? bufferSize = null)
    {
        using var listener = NewSocket(bufferSize);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        var near = NewSocket(bufferSize);
        var accepting = listener.AcceptAsync();
        await near.ConnectAsync(listener.LocalEndPoint!).WaitAsync(TestTimeouts.Default);
        return new SocketPair(near, await accepting.WaitAsync(TestTimeouts.Default));
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Near.Dispose();
        Far.Dispose();
    }

    private static Socket NewSocket(int? bufferSize)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (bufferSize is not { } size) return socket;
        socket.ReceiveBufferSize = size;
        socket.SendBufferSize = size;
        return socket;
    }
}
