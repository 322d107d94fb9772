using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Nexus.WebSocketHosting.Transport;

namespace Nexus.WebSocketHosting.Tests.Transport;

public sealed class LineTransportTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Disposed_WhilePeerTakesNothing_IsClosedAtOnce()
    {
        var transport = new LineTransport(TimeProvider.System);
        await using var listener = await transport.BindAsync(new LineEndPoint(new IPEndPoint(IPAddress.Loopback, 0)), Token);
        using var peer = new TcpClient();
        await peer.ConnectAsync((IPEndPoint)listener.EndPoint, Token);
        var connection = Assert.IsType<LineConnection>(await listener.AcceptAsync(Token));
        while (connection.Socket.Channel.TryWrite(new byte[64 * 1024]) > 0)
        {
            // Until the peer's window is closed.
        }

        await connection.DisposeAsync().AsTask().BoundedAsync();

        Assert.True(connection.Socket.Channel.Socket.SafeHandle.IsClosed);
    }

    [Fact]
    public async Task Accept_AfterUnbind_GivesNothing()
    {
        var transport = new LineTransport(TimeProvider.System);
        await using var listener = await transport.BindAsync(new LineEndPoint(new IPEndPoint(IPAddress.Loopback, 0)), Token);
        var accepting = listener.AcceptAsync(Token).AsTask();

        await listener.UnbindAsync(Token);

        Assert.Null(await accepting.BoundedAsync());
    }

    [Fact]
    public async Task Bind_ToAPortThatIsTaken_SaysSo()
    {
        var transport = new LineTransport(TimeProvider.System);
        await using var listener = await transport.BindAsync(new LineEndPoint(new IPEndPoint(IPAddress.Loopback, 0)), Token);

        await Assert.ThrowsAsync<AddressInUseException>(async () => await transport.BindAsync(new LineEndPoint((IPEndPoint)listener.EndPoint), Token));
    }

    [Fact]
    public void EndPoint_OfOthers_IsLeftToThem() => Assert.False(new LineTransport(TimeProvider.System).CanBind(new IPEndPoint(IPAddress.Loopback, 1)));
}
