using System.Net;
using System.Net.Sockets;
using Nexus.Protocol.Channels;
using Nexus.Testing;

namespace Nexus.Protocol.Tests.Channels;

public sealed class SocketDialerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    public async Task Connect_ToWhoListens_CarriesBytesBothWays(string host)
    {
        using var listener = Listen();
        var accepting = listener.AcceptAsync(Token);

        using var socket = await SocketDialer.ConnectAsync(host, PortOf(listener), static socket => socket.NoDelay = true, Token).BoundedAsync();

        Assert.True(socket.NoDelay);
        using var accepted = await accepting.BoundedAsync();
        await using var channel = new SocketChannel(socket);
        await channel.WriteAsync("there"u8.ToArray(), Token).BoundedAsync();
        var buffer = new byte[5];
        Assert.Equal(5, await accepted.ReceiveAsync(buffer, Token).BoundedAsync());
        await accepted.SendAsync("back"u8.ToArray(), Token);
        await channel.WaitToReadAsync(Token).BoundedAsync();
        Assert.Equal(ChannelRead.Data(4), channel.TryRead(buffer));
    }

    [Fact]
    public async Task Connect_WhenNobodyListens_SaysRefused()
    {
        int port;
        using (var listener = Listen()) port = PortOf(listener);

        var error = await Assert.ThrowsAsync<SocketException>(() => SocketDialer.ConnectAsync("127.0.0.1", port, null, Token).BoundedAsync());

        Assert.Equal(SocketError.ConnectionRefused, error.SocketErrorCode);
    }

    [Fact]
    public async Task Connect_ToANameThatIsNone_SaysNotFound()
    {
        var error = await Assert.ThrowsAsync<SocketException>(() => SocketDialer.ConnectAsync("no-such-name.invalid", 1, null, Token).BoundedAsync());

        Assert.Contains(error.SocketErrorCode, new[] { SocketError.HostNotFound, SocketError.TryAgain, SocketError.NoData });
    }

    [Fact]
    public async Task Connect_WhenGivenUp_Throws()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        List<Socket> filling = [];
        using var cancel = new CancellationTokenSource();
        try
        {
            // A full backlog answers no further connection.
            Task<Socket> last;
            do
            {
                last = SocketDialer.ConnectAsync("127.0.0.1", PortOf(listener), null, cancel.Token);
                if (await Task.WhenAny(last, Task.Delay(200, Token)) != last) break;
                filling.Add(await last);
            }
            while (filling.Count < 16);

            await cancel.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => last.BoundedAsync());
        }
        finally
        {
            filling.ForEach(socket => socket.Dispose());
        }
    }

    private static Socket Listen()
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        return listener;
    }

    private static int PortOf(Socket listener) => ((IPEndPoint)listener.LocalEndPoint!).Port;
}
