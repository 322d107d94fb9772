using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text;
using Nexus.SystemTests.Golden.Recordings;
using Nexus.Testing;

namespace Nexus.SystemTests.Processes;

/// <summary>What users of a running Nexus get.</summary>
public abstract class RelayTests(SystemUnderTest system)
{
    private const int Users = 200;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected virtual long Bulk => 1L << 30;

    private Uri Https(string path = "/", string name = "app.test") => new($"https://{name}:{system.RelayPort}{path}");

    [Fact]
    public async Task Curl_OverTheRelayPort_ShowsTheOriginsAnswer() =>
        Assert.Equal(TestOrigin.Greeting, await CurlAsync("--cacert", system.Origin.AuthorityFile, "--resolve", $"app.test:{system.RelayPort}:127.0.0.1", Https().ToString()));

    [Fact]
    public async Task Curl_OverPlainHttp_ShowsTheOriginsAnswer() =>
        Assert.Equal(TestOrigin.Greeting, await CurlAsync("--resolve", $"app.test:{system.PlainPort}:127.0.0.1", $"http://app.test:{system.PlainPort}/"));

    [Fact]
    public async Task PlainHttp_TwoHostsOnOneConnection_ReachTwoBackends()
    {
        using var user = await ConnectAsync(system.PlainPort);
        var reader = new StreamReader(new NetworkStream(user), Encoding.ASCII);

        Assert.Equal(TestOrigin.Greeting, await AskAsync(user, reader, "app.test"));
        Assert.Equal(TestOrigin.SecondGreeting, await AskAsync(user, reader, "second.test"));
        Assert.Equal(TestOrigin.Greeting, await AskAsync(user, reader, "app.test"));
    }

    [Fact]
    public async Task WebSocket_ThroughTheTunnel_Echoes()
    {
        using var user = system.CreateUser();
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"wss://app.test:{system.RelayPort}/echo"), user, Cancellation).BoundedAsync();

        await socket.SendAsync("are you there?"u8.ToArray(), WebSocketMessageType.Text, true, Cancellation);
        var buffer = new byte[100];
        var received = await socket.ReceiveAsync(buffer.AsMemory(), Cancellation).BoundedAsync();

        Assert.Equal("are you there?", Encoding.UTF8.GetString(buffer, 0, received.Count));
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Cancellation).BoundedAsync();
    }

    [Fact]
    [Statement("node 52")]
    public async Task Download_OfOneGibibyte_ArrivesUnchanged()
    {
        using var user = system.CreateUser();
        await using var body = await user.GetStreamAsync(Https($"/bytes/{Bulk}"), Cancellation);
        var hash = await TestOrigin.HashOfAsync(body, Cancellation).WaitAsync(TestTimeouts.Long, Cancellation);
        Assert.Equal(TestOrigin.HashOf(TestOrigin.Blocks(Bulk)), hash);
    }

    [Fact]
    [Statement("node 52")]
    public async Task Upload_OfOneGibibyte_ArrivesUnchanged()
    {
        using var user = system.CreateUser();
        using var answer = await user.PostAsync(Https("/hash"), new BlockContent(Bulk), Cancellation).WaitAsync(TestTimeouts.Long, Cancellation);
        Assert.Equal(TestOrigin.HashOf(TestOrigin.Blocks(Bulk)), await answer.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task ManyUsersAtOnce_AllGetTheirAnswer()
    {
        const int Size = 100_000;
        var expected = TestOrigin.HashOf(TestOrigin.Blocks(Size));
        var users = Enumerable.Range(0, Users).Select(async _ =>
        {
            using var user = system.CreateUser();
            await using var body = await user.GetStreamAsync(Https($"/bytes/{Size}"), Cancellation);
            return await TestOrigin.HashOfAsync(body, Cancellation);
        });
        Assert.All(await Task.WhenAll(users).WaitAsync(TestTimeouts.Long, Cancellation), hash => Assert.Equal(expected, hash));
    }

    [Fact]
    [Statement("case 1", "node 70")]
    public async Task User_WhoHalfClosesAfterItsRequest_GetsTheWholeAnswer()
    {
        var (user, service) = await system.Raw.ConnectAsync(system.RelayPort);
        using var _ = user;
        using var __ = service;
        var answer = Bytes(300_000);

        user.Shutdown(SocketShutdown.Send);
        await service.SendAsync(answer.AsMemory(0, 1000), Cancellation);
        await service.SendAsync(answer.AsMemory(1000), Cancellation);
        service.Shutdown(SocketShutdown.Send);

        Assert.Equal(answer, await RawService.ReadToEndAsync(user));
    }

    [Fact]
    [Statement("case 3", "node 71")]
    public async Task Answer_OfABackendThatClosesAtOnce_ReachesASlowUserWhole()
    {
        const int Pause = 100; // ms, for 10 KB each: 100 KB/s
        var (user, service) = await system.Raw.ConnectAsync(system.RelayPort, receiveBuffer: 16 * 1024);
        using var _ = user;
        var answer = Bytes(1 << 20);
        await service.SendAsync(answer, Cancellation).BoundedAsync();
        service.Dispose();

        using var all = new MemoryStream();
        var buffer = new byte[10_000];
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(Pause));
        while (await user.ReceiveAsync(buffer, Cancellation).BoundedAsync() is > 0 and var count)
        {
            all.Write(buffer, 0, count);
            await pace.WaitForNextTickAsync(Cancellation);
        }

        Assert.Equal(Convert.ToHexString(SHA256.HashData(answer)), Convert.ToHexString(SHA256.HashData(all.ToArray())));
    }

    [Fact]
    public async Task Certificate_ThatTheUserSees_IsTheOrigins()
    {
        using var socket = await ConnectAsync(system.RelayPort);
        byte[] seen = [];
        await using var tls = new SslStream(new NetworkStream(socket), false, (_, certificate, _, _) => (seen = certificate?.GetRawCertData() ?? []).Length > 0);
        await tls.AuthenticateAsClientAsync("app.test").BoundedAsync();
        Assert.Equal(system.Origin.Certificate.RawData, seen);
    }

    [Fact]
    [Statement("seen 10", "node 80")]
    public async Task UnknownName_IsAnsweredWithAPage()
    {
        using var user = await ConnectAsync(system.RelayPort);
        await user.SendAsync("GET / HTTP/1.1\r\nHost: nobody.test\r\n\r\n"u8.ToArray(), Cancellation);
        Assert.StartsWith("HTTP/1.1 404 ", Encoding.Latin1.GetString(await RawService.ReadToEndAsync(user)), StringComparison.Ordinal);
    }

    [Fact]
    [Statement("seen 11", "case 10", "node 80")]
    public async Task UnknownSni_IsAnsweredWithAnAlert()
    {
        using var user = await ConnectAsync(system.RelayPort);
        await using var tls = new SslStream(new NetworkStream(user), leaveInnerStreamOpen: false);
        var error = await Assert.ThrowsAsync<AuthenticationException>(() => tls.AuthenticateAsClientAsync("nobody.test").BoundedAsync());
        Assert.Contains("unrecognized name", error.GetBaseException().Message, StringComparison.Ordinal);
    }

    [Fact]
    [Statement("node 62", "seen 9")]
    public async Task User_WhoNeverReads_AndServiceThatNeverReads_DisturbNobody()
    {
        var (idler, pusher) = await system.Raw.ConnectAsync(system.RelayPort, receiveBuffer: 4096);
        var (writer, deaf) = await system.Raw.ConnectAsync(system.RelayPort);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var pushing = PushAsync(pusher, enough.Token);
        var writing = PushAsync(writer, enough.Token);

        using var user = system.CreateUser();
        await using var body = await user.GetStreamAsync(Https("/bytes/20000000"), Cancellation).BoundedAsync();
        Assert.Equal(TestOrigin.HashOf(TestOrigin.Blocks(20_000_000)), await TestOrigin.HashOfAsync(body, Cancellation).BoundedAsync());

        await enough.CancelAsync();
        foreach (var socket in new[] { idler, pusher, writer, deaf }) socket.Dispose();
        Assert.All(await Task.WhenAll(pushing, writing), bytes => Assert.True(bytes < 100_000_000, $"{bytes} bytes vanished into a connection that nobody reads."));
    }

    [Fact]
    public async Task Client_WithAWrongSecret_IsRefused_AndNobodyElseIsTouched()
    {
        await using var stranger = system.StartClient("stranger.yaml", "not-the-secret-at-all-0123456789", "app.test");
        await stranger.WaitForLineAsync(line => line.Contains("signature", StringComparison.OrdinalIgnoreCase) || line.Contains("refused", StringComparison.OrdinalIgnoreCase), Cancellation);

        using var user = system.CreateUser();
        for (var count = 0; count < 20; count++) Assert.Equal(TestOrigin.Greeting, await user.GetStringAsync(Https(), Cancellation));
    }

    private static async Task<long> PushAsync(Socket socket, CancellationToken cancellationToken)
    {
        var block = Bytes(64 * 1024);
        long sent = 0;
        try
        {
            while (sent < 1L << 30) sent += await socket.SendAsync(block, cancellationToken);
        }
        catch (Exception ex) when (ex is SocketException or OperationCanceledException)
        {
            // The end of the test.
        }

        return sent;
    }

    private static byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        Filler.Fill(bytes, (uint)count);
        return bytes;
    }

    private static async Task<Socket> ConnectAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port, Cancellation);
        return socket;
    }

    private static async Task<string> AskAsync(Socket user, StreamReader reader, string host)
    {
        await user.SendAsync(Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n"), Cancellation);
        Assert.Contains("200", await reader.ReadLineAsync(Cancellation).AsTask().BoundedAsync(), StringComparison.Ordinal);
        var isChunked = false;
        var length = 0;
        while (await reader.ReadLineAsync(Cancellation).AsTask().BoundedAsync() is { Length: > 0 } header)
        {
            isChunked |= header.StartsWith("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase);
            if (header.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)) length = int.Parse(header[15..], System.Globalization.CultureInfo.InvariantCulture);
        }

        if (isChunked) length = Convert.ToInt32(await reader.ReadLineAsync(Cancellation), 16);
        var body = new char[length];
        await reader.ReadBlockAsync(body, Cancellation).AsTask().BoundedAsync();
        if (isChunked) for (var line = 0; line < 3; line++) await reader.ReadLineAsync(Cancellation).AsTask().BoundedAsync();
        return new string(body);
    }

    private static async Task<string> CurlAsync(params string[] arguments)
    {
        var curl = DebianProgram.SkipUnlessInstalled("curl");
        await using var process = RealProcess.Start(curl, ["-sS", "--noproxy", "*", .. arguments]);
        Assert.True(await process.WaitForExitAsync(Cancellation) == 0, process.Output);
        return process.Output;
    }
}
