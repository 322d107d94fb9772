using System.Net.Sockets;
using Nexus.Protocol.Channels;
using Nexus.Testing;

namespace Nexus.Protocol.Tests.Channels;

public sealed class SocketChannelTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Read_WhenNothingIsThere_IsEmptyAndWaits()
    {
        using var pair = await SocketPair.ConnectAsync();
        await using var channel = new SocketChannel(pair.Near);
        var buffer = new byte[16];

        Assert.Equal(ChannelRead.Empty, channel.TryRead(buffer));
        var waiting = channel.WaitToReadAsync(Token).AsTask();
        Assert.False(waiting.IsCompleted);
        await pair.Far.SendAsync("abc"u8.ToArray(), Token);
        await waiting.BoundedAsync();

        Assert.Equal(ChannelRead.Data(3), channel.TryRead(buffer));
        Assert.Equal("abc"u8.ToArray(), buffer[..3]);
    }

    [Fact]
    public async Task Read_AfterFin_IsEndAndWritingGoesOn()
    {
        using var pair = await SocketPair.ConnectAsync();
        await using var channel = new SocketChannel(pair.Near);

        pair.Far.Shutdown(SocketShutdown.Send);
        await channel.WaitToReadAsync(Token).BoundedAsync();

        Assert.Equal(ChannelRead.End, channel.TryRead(new byte[16]));
        await channel.WriteAsync("still"u8.ToArray(), Token);
        var buffer = new byte[16];
        Assert.Equal(5, await pair.Far.ReceiveAsync(buffer, Token).BoundedAsync());
    }

    [Fact]
    public async Task Abort_PeerSeesResetNotEnd()
    {
        using var pair = await SocketPair.ConnectAsync();
        await using var channel = new SocketChannel(pair.Near);
        var waiting = channel.WaitToReadAsync(Token).AsTask();

        channel.Abort();

        await waiting.BoundedAsync();
        Assert.Equal(ChannelRead.Reset, channel.TryRead(new byte[16]));
        var error = await Assert.ThrowsAsync<SocketException>(
            () => pair.Far.ReceiveAsync(new byte[16], Token).BoundedAsync());
        Assert.Equal(SocketError.ConnectionReset, error.SocketErrorCode);
    }

    /// <summary>Who waits goes on inside the call that ends the wait: it must find a closed channel, not one that has no room yet, for ever.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task End_WhileAWriteWaits_EndsTheWrite(bool isAbort)
    {
        using var pair = await SocketPair.ConnectAsync(bufferSize: 8 * 1024);
        var channel = new SocketChannel(pair.Near);
        var writing = channel.WriteAsync(new byte[16 * 1024 * 1024], Token).AsTask();
        Assert.False(writing.IsCompleted);
        await Task.Run(() => End(channel, isAbort), Token).BoundedAsync();
        await Assert.ThrowsAsync<IOException>(() => writing.BoundedAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task End_WhileAReadWaits_EndsTheRead(bool isAbort)
    {
        using var pair = await SocketPair.ConnectAsync();
        var channel = new SocketChannel(pair.Near);
        var reading = new SocketStream(channel).ReadAsync(new byte[16], Token).AsTask();
        Assert.False(reading.IsCompleted);
        await Task.Run(() => End(channel, isAbort), Token).BoundedAsync();
        await Assert.ThrowsAsync<IOException>(() => reading.BoundedAsync());
    }

    [Fact]
    public async Task Read_AfterPeersReset_IsReset()
    {
        using var pair = await SocketPair.ConnectAsync();
        await using var channel = new SocketChannel(pair.Near);

        await using (var far = new SocketChannel(pair.Far)) far.Abort();
        await channel.WaitToReadAsync(Token).BoundedAsync();

        Assert.Equal(ChannelRead.Reset, channel.TryRead(new byte[16]));
    }

    [Fact]
    public async Task TryWrite_WhenPeerDoesNotRead_StopsAtZeroAndLosesNothing()
    {
        using var pair = await SocketPair.ConnectAsync(bufferSize: 8 * 1024);
        await using var channel = new SocketChannel(pair.Near);
        var chunk = new byte[64 * 1024];
        long written = 0;
        int count;
        while ((count = channel.TryWrite(chunk)) > 0) written += count;

        var rest = WriteThenEndAsync(channel, chunk);
        var arrived = await CountToEndAsync(pair.Far);
        await rest.BoundedAsync();

        Assert.Equal(written + chunk.Length, arrived);
    }

    [Fact]
    public async Task TryWrite_AfterPeersReset_Throws()
    {
        using var pair = await SocketPair.ConnectAsync();
        await using var channel = new SocketChannel(pair.Near);
        await using (var far = new SocketChannel(pair.Far)) far.Abort();
        await channel.WaitToReadAsync(Token).BoundedAsync();

        Assert.Throws<IOException>(() =>
        {
            channel.TryWrite("a"u8);
            channel.TryWrite("b"u8);
        });
    }

    [Fact]
    public async Task TryWrite_AfterAbort_ThrowsWhatABrokenChannelThrows()
    {
        using var pair = await SocketPair.ConnectAsync();
        await using var channel = new SocketChannel(pair.Near);

        channel.Abort();

        Assert.Throws<IOException>(() => channel.TryWrite("a"u8));
    }

    [Fact]
    public async Task Read_AfterAWriteMetThePeersReset_IsReset()
    {
        using var pair = await SocketPair.ConnectAsync();
        await using var channel = new SocketChannel(pair.Near);
        await using (var far = new SocketChannel(pair.Far)) far.Abort();
        Assert.Throws<IOException>(() => channel.TryWrite("a"u8));

        await channel.WaitToReadAsync(Token).BoundedAsync();

        Assert.Equal(ChannelRead.Reset, channel.TryRead(new byte[16]));
    }

    [Fact]
    public async Task Read_AfterTheLastBytesAndARefusedWrite_IsWholeAndAnEnd()
    {
        using var pair = await SocketPair.ConnectAsync();
        await using var channel = new SocketChannel(pair.Near);
        await pair.Far.SendAsync("whole"u8.ToArray(), Token);
        pair.Far.Dispose();
        channel.TryWrite("a"u8); // answered with a reset, behind the FIN
        Assert.Throws<IOException>(() => channel.TryWrite("b"u8));

        var buffer = new byte[16];
        Assert.Equal(ChannelRead.Data(5), channel.TryRead(buffer));
        await channel.WaitToReadAsync(Token).BoundedAsync();
        Assert.Equal(ChannelRead.End, channel.TryRead(buffer));
    }

    private static async Task WriteThenEndAsync(SocketChannel channel, byte[] bytes)
    {
        await channel.WriteAsync(bytes, Token);
        await channel.CompleteWritesAsync(Token);
    }

    private static async Task<long> CountToEndAsync(Socket socket)
    {
        var buffer = new byte[64 * 1024];
        long total = 0;
        int count;
        while ((count = await socket.ReceiveAsync(buffer, Token).BoundedAsync()) > 0) total += count;
        return total;
    }

    private static void End(SocketChannel channel, bool isAbort)
    {
        if (isAbort) channel.Abort();
        else channel.Dispose();
    }
}
