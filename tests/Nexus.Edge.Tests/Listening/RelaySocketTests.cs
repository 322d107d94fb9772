using System.Net;
using System.Net.Sockets;
using Nexus.Edge.Listening;

namespace Nexus.Edge.Tests.Listening;

public sealed class RelaySocketTests
{
    private readonly ListeningOptions _options = new() { BindAddress = "127.0.0.1" };

    [Fact]
    public void Listen_PortInUse_SaysWhich()
    {
        using var first = RelaySocket.Listen(_options, 0);
        var port = PortOf(first);

        var failure = Assert.Throws<IOException>(() => RelaySocket.Listen(_options, port));
        Assert.Contains($"relay port {port}:", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Listen_AfterARestart_DoesNotWaitForOldConnections()
    {
        int port;
        using (var first = RelaySocket.Listen(_options, 0))
        {
            port = PortOf(first);
            using var user = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await user.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken).BoundedAsync();
            (await first.AcceptAsync(TestContext.Current.CancellationToken).BoundedAsync()).Dispose(); // closes first: TIME_WAIT is on our side
            Assert.Equal(0, await user.ReceiveAsync(new byte[1], TestContext.Current.CancellationToken).BoundedAsync());
        }

        using var second = RelaySocket.Listen(_options, port);
        Assert.Equal(port, PortOf(second));
    }

    [Fact]
    public async Task Listen_OnAll_TakesIPv4AndIPv6()
    {
        using var listener = RelaySocket.Listen(new ListeningOptions(), 0);
        foreach (var address in Socket.OSSupportsIPv6 ? new[] { IPAddress.Loopback, IPAddress.IPv6Loopback } : [IPAddress.Loopback])
        {
            using var user = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            await user.ConnectAsync(address, PortOf(listener), TestContext.Current.CancellationToken).BoundedAsync();
            using var accepted = await listener.AcceptAsync(TestContext.Current.CancellationToken).BoundedAsync();
            Assert.Equal(address, RelaySocket.TryPrepare(accepted, _options)?.Client.Address);
            Assert.True(accepted.NoDelay);
        }
    }

    private static int PortOf(Socket socket) => ((IPEndPoint?)socket.LocalEndPoint)?.Port ?? 0;
}
