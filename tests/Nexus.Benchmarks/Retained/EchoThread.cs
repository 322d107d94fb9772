using System.Net.Sockets;

namespace Nexus.Benchmarks.Retained;

/// <summary>A local service that answers everybody once, and then only holds the connection.</summary>
internal sealed class EchoThread : IDisposable
{
    private readonly Socket _listener;
    private readonly HeldConnections _held = new();
    private readonly Thread _thread;

    /// <param name="listener">Disposed here.</param>
    public EchoThread(Socket listener)
    {
        _listener = listener;
        _thread = new Thread(Run) { IsBackground = true };
        _thread.Start();
    }

    public void Dispose()
    {
        _listener.Dispose();
        _thread.Join();
        _held.Dispose();
    }

    private void Run()
    {
        var buffer = new byte[1024];
        try
        {
            while (true)
            {
                using var user = _listener.Accept();
                user.Send(buffer.AsSpan(0, user.Receive(buffer)));
                _held.Hold(user);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The measurement is over.
        }
    }
}
