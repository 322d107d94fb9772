using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Nexus.SystemTests.Golden.AsServer;

/// <summary>A service that the client dials. All services of a replay hand their connections to one queue.</summary>
internal sealed class LocalService : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public LocalService(ChannelWriter<Socket> accepted)
    {
        _listener.Start();
        Accepting = AcceptAsync(accepted);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Ends with <see cref="Dispose"/>.</summary>
    public Task Accepting { get; }

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync(ChannelWriter<Socket> accepted)
    {
        try
        {
            while (true) accepted.TryWrite(await _listener.AcceptSocketAsync());
        }
        catch (Exception ex) when (ex is SocketException or ObjectDisposedException)
        {
            // The replay is over.
        }
    }
}
