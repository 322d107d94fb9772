using System.Net;
using System.Net.Sockets;
using System.Text;
using Nexus.Testing;

namespace Nexus.SystemTests.Processes;

/// <summary>A user's UDP socket, connected to a relay port: it takes replies from there only.</summary>
internal sealed class UdpUser : IDisposable
{
    private static readonly TimeSpan s_again = TimeSpan.FromSeconds(1);

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly byte[] _buffer = new byte[64 * 1024];
    private string _persisted = "";

    public UdpUser(int port) => _socket.Connect(IPAddress.Loopback, port);

    public void Send(string datagram) => _socket.Send(Encoding.UTF8.GetBytes(datagram));

    /// <summary>The next one; not another answer to what was sent more than once.</summary>
    public async Task<string> ReceiveAsync()
    {
        while (true)
        {
            var count = await _socket.ReceiveAsync(_buffer, SocketFlags.None, TestContext.Current.CancellationToken).AsTask().BoundedAsync();
            var text = Encoding.UTF8.GetString(_buffer, 0, count);
            if (text != _persisted) return text;
        }
    }

    /// <summary>Sends until it comes back, as every user of UDP does.</summary>
    public async Task PersistAsync(string datagram)
    {
        _persisted = "";
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TestTimeouts.Default);
        var returning = ReturnsAsync(datagram, limit.Token);
        while (!returning.IsCompleted)
        {
            Send(datagram);
            try
            {
                await returning.WaitAsync(s_again, limit.Token);
            }
            catch (TimeoutException)
            {
                // Lost: again.
            }
        }

        await returning;
        _persisted = datagram;
    }

    public void Dispose() => _socket.Dispose();

    private async Task ReturnsAsync(string datagram, CancellationToken cancellationToken)
    {
        var text = "";
        while (text != datagram) text = Encoding.UTF8.GetString(_buffer, 0, await _socket.ReceiveAsync(_buffer, SocketFlags.None, cancellationToken));
    }
}
