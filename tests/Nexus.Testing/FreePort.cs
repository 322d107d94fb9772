using System.Net;
using System.Net.Sockets;

namespace Nexus.Testing;

/// <summary>
/// A loopback TCP port for a program that cannot be asked which port it took (prefer port 0 wherever one can ask).
/// The port stays bound, without listening, until disposal, so that nobody else is given it; a server that sets
/// SO_REUSEADDR (Kestrel, haproxy, redis, nginx and Python's servers do) can bind it all the same.
/// </summary>
public sealed class FreePort : IDisposable
{
    private readonly Socket _reservation;

    private FreePort(Socket reservation, int port)
    {
        _reservation = reservation;
        Port = port;
    }

    public int Port { get; }

    public IPEndPoint EndPoint => new(IPAddress.Loopback, Port);

    public static FreePort Reserve()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            return new FreePort(socket, ((IPEndPoint)socket.LocalEndPoint!).Port);
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }

    public void Dispose() => _reservation.Dispose();
}
