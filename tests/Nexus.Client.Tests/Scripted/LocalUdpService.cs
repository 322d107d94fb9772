using System.Net;
using System.Net.Sockets;
using System.Text;
using Nexus.Testing;

namespace Nexus.Client.Tests.Scripted;

/// <summary>A UDP service on loopback, which the test plays.</summary>
internal sealed class LocalUdpService : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

    public LocalUdpService() => _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    public string Target => _socket.LocalEndPoint?.ToString() ?? "";

    public async Task<(byte[] Datagram, EndPoint From)> ReceiveAsync()
    {
        var buffer = new byte[64 * 1024];
        var result = await _socket.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), TestContext.Current.CancellationToken).AsTask().BoundedAsync();
        return (buffer[..result.ReceivedBytes], result.RemoteEndPoint);
    }

    public async Task<string> ReceiveTextAsync() => Encoding.UTF8.GetString((await ReceiveAsync()).Datagram);

    public void Send(EndPoint to, byte[] datagram) => _socket.SendTo(datagram, to);

    public void Dispose() => _socket.Dispose();
}
