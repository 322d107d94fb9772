using System.Net;
using System.Net.Sockets;
using System.Text;
using Nexus.Client;
using Nexus.Testing;

namespace Nexus.SystemTests.Processes;

/// <summary>Applications that leave through a running client and its hub.</summary>
[Collection(nameof(HandOverCollection))]
public sealed class OutboundTests(SystemUnderTest system)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [Statement("node 107", "client 112")]
    [InlineData("--socks5", "127.0.0.1", "127.0.0.1")]
    [InlineData("--socks5-hostname", "127.0.0.1", "localhost")]
    [InlineData("--socks5-hostname", "127.0.0.1", "127.0.0.1")]
    [InlineData("--socks5", "::1", "[::1]")]
    [InlineData("--socks5-hostname", "::1", "[::1]")]
    public async Task Curl_ThroughSocks5_GetsTheTargetsAnswer(string option, string listen, string host)
    {
        Assert.SkipUnless(listen != "::1" || Socket.OSSupportsIPv6, "There is no IPv6.");
        using var origin = new TcpListener(IPAddress.Parse(listen), 0);
        origin.Start();
        var answering = AnswerAsync(origin);
        var (code, output) = await CurlAsync(option, $"http://{host}:{((IPEndPoint)origin.LocalEndpoint).Port}/");
        Assert.True(code == 0, $"{output}\n{system.OutboundClient.Output}\n{system.Hub.Process.Output}");
        Assert.Equal("hello", output);
        await answering.BoundedAsync();
    }

    [Fact]
    [Statement("node 106", "client 113")]
    public async Task Curl_ToADeniedNetwork_IsRefusedAndNothingIsDialled()
    {
        using var origin = new TcpListener(IPAddress.Parse(SystemUnderTest.DeniedAddress), 0);
        origin.Start();
        var (code, output) = await CurlAsync("--socks5", $"http://{SystemUnderTest.DeniedAddress}:{((IPEndPoint)origin.LocalEndpoint).Port}/");
        Assert.True(code == 97, output); // curl: proxy handshake error
        Assert.False(origin.Pending());
    }

    [Fact]
    [Statement("node 101", "node 104", "seen 3")]
    public async Task MailServer_SpeaksFirst_AndSeesTheEndBehindTheLastCommand()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        using var application = await SocksApplication.ConnectAsync(new IPEndPoint(IPAddress.Loopback, await system.OutboundPortAsync()));
        await application.RequestAsync($"localhost:{((IPEndPoint)server.LocalEndpoint).Port}");
        using var accepted = await server.AcceptSocketAsync(Cancellation).AsTask().BoundedAsync();
        await accepted.SendAsync("220 ready\r\n"u8.ToArray(), Cancellation);
        byte[] expected = [5, 0, 5, 0, 0, 1, 0, 0, 0, 0, 0, 0, .. "220 ready\r\n"u8];
        Assert.Equal(expected, await application.ReceiveAsync(expected.Length));

        await application.SendAsync("QUIT\r\n"u8.ToArray());
        application.Finish();

        Assert.Equal("QUIT\r\n"u8.ToArray(), await RawService.ReadToEndAsync(accepted));
        await accepted.SendAsync("221 bye\r\n"u8.ToArray(), Cancellation);
        accepted.Shutdown(SocketShutdown.Send);
        Assert.Equal("221 bye\r\n"u8.ToArray(), await application.ReceiveAllAsync());
    }

    [Fact]
    [Statement("seen 3")]
    public async Task Server_EndsFirst_AndTheApplicationGoesOnSending()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        using var application = await SocksApplication.ConnectAsync(new IPEndPoint(IPAddress.Loopback, await system.OutboundPortAsync()));
        await application.RequestAsync($"localhost:{((IPEndPoint)server.LocalEndpoint).Port}");
        using var accepted = await server.AcceptSocketAsync(Cancellation).AsTask().BoundedAsync();
        Assert.Equal([5, 0, 5, 0, 0, 1, 0, 0, 0, 0, 0, 0], await application.ReceiveAsync(12));
        await application.SendAsync([1]); // behind the client's word that it knows how
        Assert.Equal(1, await accepted.ReceiveAsync(new byte[1], Cancellation).AsTask().BoundedAsync());

        accepted.Shutdown(SocketShutdown.Send);
        Assert.Empty(await application.ReceiveAllAsync());
        await application.SendAsync(new byte[200_000]);
        application.Finish();

        Assert.Equal(new byte[200_000], await RawService.ReadToEndAsync(accepted));
    }

    [Fact]
    [Statement("client 112")]
    public async Task HttpClient_OfAnApplication_LeavesThroughTheHub_WithTlsToTheTarget()
    {
        await using var client = new NexusClient(system.OutboundOptions());
        await client.StartAsync(Cancellation);
        await client.WaitUntilConnectedAsync(Cancellation).BoundedAsync();
        using var http = new HttpClient(new NexusHttpMessageHandler(client, inner => inner.SslOptions.RemoteCertificateValidationCallback = system.Origin.Validation))
        {
            DefaultRequestVersion = HttpVersion.Version20,
        };
        var answer = await http.GetByteArrayAsync(new Uri($"https://localhost:{system.Origin.HttpsPort}/bytes/3000000"), Cancellation).BoundedAsync();
        Assert.Equal(TestOrigin.HashOf(TestOrigin.Blocks(3_000_000)), TestOrigin.HashOf([answer]));
    }

    private static async Task AnswerAsync(TcpListener origin)
    {
        using var socket = await origin.AcceptSocketAsync(Cancellation).AsTask().BoundedAsync();
        var head = new StringBuilder();
        var buffer = new byte[1_024];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            var count = await socket.ReceiveAsync(buffer, Cancellation).AsTask().BoundedAsync();
            if (count == 0) throw new EndOfStreamException();
            head.Append(Encoding.ASCII.GetString(buffer, 0, count));
        }

        await socket.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"u8.ToArray(), Cancellation);
        socket.Shutdown(SocketShutdown.Send);
        await RawService.ReadToEndAsync(socket);
    }

    private async Task<(int Code, string Output)> CurlAsync(string option, string url)
    {
        var curl = DebianProgram.SkipUnlessInstalled("curl");
        await using var process = RealProcess.Start(curl, ["-sS", "-g", "--noproxy", "", option, $"127.0.0.1:{await system.OutboundPortAsync()}", url]);
        return (await process.WaitForExitAsync(Cancellation), process.Output);
    }
}
