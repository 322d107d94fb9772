using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Nexus.Benchmarks.Carrier;

/// <summary>Users that all download, or all upload, as fast as they can.</summary>
internal sealed class CarrierUsers : IAsyncDisposable
{
    private const int BufferSize = 256 * 1024;

    private readonly Socket[] _sockets;
    private readonly Task _running;

    private CarrierUsers(Socket[] sockets, bool isDownload)
    {
        _sockets = sockets;
        _running = Task.WhenAll(sockets.Select(socket => isDownload ? ReceiveAsync(socket) : SendAsync(socket)));
    }

    public static async Task<CarrierUsers> StartAsync(string port, int count, bool isDownload)
    {
        var sockets = new Socket[count];
        for (var i = 0; i < count; i++)
        {
            sockets[i] = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await sockets[i].ConnectAsync(new IPEndPoint(IPAddress.Loopback, int.Parse(port, CultureInfo.InvariantCulture)));
            await sockets[i].SendAsync(new[] { isDownload ? CarrierEdgeEnd.Download : (byte)'u' });
        }

        return new(sockets, isDownload);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var socket in _sockets) socket.Dispose();
        await ((Task)_running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // all broke off just now
    }

    private static async Task ReceiveAsync(Socket socket)
    {
        var buffer = new byte[BufferSize];
        while (await socket.ReceiveAsync(buffer, SocketFlags.None) > 0)
        {
        }
    }

    private static async Task SendAsync(Socket socket)
    {
        var buffer = new byte[BufferSize];
        while (true) await socket.SendAsync(buffer, SocketFlags.None);
    }
}
