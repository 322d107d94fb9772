using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Nexus.Edge.Tests.Datagrams;

/// <summary>A user's UDP socket, connected to a relay port: it takes replies from there only.</summary>
internal sealed class UdpUser : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

    public UdpUser(int relayPort, string relayAddress = "127.0.0.1") => _socket.Connect(IPAddress.Parse(relayAddress), relayPort);

    public string Address => _socket.LocalEndPoint?.ToString() ?? "";

    public void Send(string datagram) => Send(Encoding.UTF8.GetBytes(datagram));

    public void Send(byte[] datagram) => _socket.Send(datagram);

    public async Task<byte[]> ReceiveAsync()
    {
        var buffer = new byte[64 * 1024];
        var count = await _socket.ReceiveAsync(buffer, SocketFlags.None, TestContext.Current.CancellationToken).AsTask().BoundedAsync();
        return buffer[..count];
    }

    public async Task<string> ReceiveTextAsync() => Encoding.UTF8.GetString(await ReceiveAsync());

    public void Dispose() => _socket.Dispose();
}
