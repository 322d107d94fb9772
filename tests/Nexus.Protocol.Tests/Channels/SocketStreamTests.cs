using System.Net.Security;
using Nexus.Protocol.Channels;
using Nexus.Testing;

namespace Nexus.Protocol.Tests.Channels;

public sealed class SocketStreamTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Held_IsSentByTheFlushAndNotBefore()
    {
        using var pair = await SocketPair.ConnectAsync();
        await using var stream = new SocketStream(new SocketChannel(pair.Near));
        stream.Hold();
        await stream.WriteAsync("one "u8.ToArray(), Token);
        await stream.WriteAsync("two"u8.ToArray(), Token);
        Assert.Equal(0, pair.Far.Available);

        await stream.FlushAsync(Token);

        var buffer = new byte[64];
        Assert.Equal(7, await pair.Far.ReceiveAsync(buffer, Token).BoundedAsync());
        Assert.Equal("one two"u8.ToArray(), buffer[..7]);
        await stream.WriteAsync("three"u8.ToArray(), Token); // no longer held
        Assert.Equal(5, await pair.Far.ReceiveAsync(buffer, Token).BoundedAsync());
    }

    [Theory]
    [InlineData(100_000, 3)]
    [InlineData(1, 400_000)]
    [InlineData(400_000, 1)]
    public async Task Held_MoreThanFits_ArrivesInOrder(int size, int count)
    {
        using var pair = await SocketPair.ConnectAsync();
        await using var stream = new SocketStream(new SocketChannel(pair.Near));
        var sent = new byte[size * count];
        new Random(1).NextBytes(sent);
        var writing = Task.Run(async () =>
        {
            stream.Hold();
            for (var i = 0; i < count; i++) await stream.WriteAsync(sent.AsMemory(i * size, size), Token);
            await stream.FlushAsync(Token);
        }, Token);

        var received = new byte[sent.Length];
        for (var got = 0; got < received.Length;) got += await pair.Far.ReceiveAsync(received.AsMemory(got), Token).BoundedAsync();

        await writing.BoundedAsync();
        Assert.Equal(sent, received);
    }

    [Fact]
    public async Task Read_OfNoBytes_WaitsForSome()
    {
        using var pair = await SocketPair.ConnectAsync();
        await using var stream = new SocketStream(new SocketChannel(pair.Near));
        var waiting = stream.ReadAsync(Memory<byte>.Empty, Token).AsTask();
        Assert.False(waiting.IsCompleted);

        await pair.Far.SendAsync(new byte[3], Token);

        Assert.Equal(0, await waiting.BoundedAsync());
        var buffer = new byte[2];
        Assert.Equal(2, await stream.ReadAsync(buffer, Token).BoundedAsync());
        Assert.Equal(1, await stream.ReadAsync(buffer, Token).BoundedAsync());
    }

    [Fact]
    public async Task Read_AfterFinAndAfterReset_Differ()
    {
        using var pair = await SocketPair.ConnectAsync();
        await using var stream = new SocketStream(new SocketChannel(pair.Near));
        pair.Far.Shutdown(System.Net.Sockets.SocketShutdown.Send);
        Assert.Equal(0, await stream.ReadAsync(new byte[4], Token).BoundedAsync());

        using var other = await SocketPair.ConnectAsync();
        await using var broken = new SocketStream(new SocketChannel(other.Near));
        var reading = broken.ReadAsync(new byte[4], Token).AsTask();
        await using (var far = new SocketChannel(other.Far)) far.Abort();
        await Assert.ThrowsAsync<IOException>(() => reading.BoundedAsync());
    }

    [Fact]
    public async Task Tls_OverIt_CarriesManyRecordsBothWays()
    {
        using var certificates = new TestCertificates();
        using var certificate = certificates.Issue("localhost");
        using var pair = await SocketPair.ConnectAsync();
        var (clientLine, serverLine) = (new SocketStream(new SocketChannel(pair.Near)), new SocketStream(new SocketChannel(pair.Far)));
        await using var client = new SslStream(clientLine);
        await using var server = new SslStream(serverLine);
        await Task.WhenAll(
            client.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", RemoteCertificateValidationCallback = certificates.Validation }, Token),
            server.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, Token)).BoundedAsync();

        var sent = new byte[3_000_000];
        new Random(2).NextBytes(sent);
        await Task.WhenAll(EchoAsync(client, clientLine, sent), EchoAsync(server, serverLine, sent)).BoundedAsync();
    }

    private static async Task EchoAsync(SslStream stream, SocketStream line, byte[] bytes)
    {
        var reading = ReadAsync(stream, bytes);
        for (var offset = 0; offset < bytes.Length; offset += 64 * 1024)
        {
            line.Hold();
            await stream.WriteAsync(bytes.AsMemory(offset, Math.Min(64 * 1024, bytes.Length - offset)), Token);
            await stream.FlushAsync(Token);
        }

        await reading;
    }

    private static async Task ReadAsync(SslStream stream, byte[] expected)
    {
        var received = new byte[expected.Length];
        await stream.ReadExactlyAsync(received, Token);
        Assert.Equal(expected, received);
    }
}
