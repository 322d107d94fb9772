using System.Net;
using Nexus.Client.Tests.Scripted;
using Nexus.Testing;

namespace Nexus.Client.Tests.Outbound;

/// <summary>Connections of this application that leave through the hub, without SOCKS5.</summary>
public sealed class ConnectOutboundTests
{
    private const string Capable = ",\"half_close\":true";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [Statement("client 112")]
    [InlineData("example.com", "example.com:443")]
    [InlineData("192.0.2.1", "192.0.2.1:443")]
    [InlineData("2001:db8::1", "[2001:db8::1]:443")]
    [InlineData("[2001:db8::1]", "[2001:db8::1]:443")]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1:443")]
    public async Task Connect_HostOfAnyKind_IsAskedOfTheHubUnresolved(string host, string target)
    {
        var (client, hub) = await ConnectAsync();
        await using var _ = client;
        await using var connection = await OpenAsync(client, hub, host);

        Assert.Equal(target, (string?)(await AskedAsync(hub)).Control?["target_addr"]);
    }

    [Fact]
    [Statement("client 112", "client 114")]
    public async Task Stream_CarriesBothWays_AndDisposeEndsItBehindTheLastByte()
    {
        var (client, hub) = await ConnectAsync();
        await using var _ = client;
        var connection = await OpenAsync(client, hub);
        var id = (await AskedAsync(hub)).StreamId;

        await hub.SendDataAsync(id, "220 ready"u8);
        var greeting = new byte[9];
        await connection.ReadExactlyAsync(greeting, Cancellation).AsTask().BoundedAsync();
        Assert.Equal("220 ready"u8.ToArray(), greeting);
        await connection.WriteAsync("QUIT"u8.ToArray(), Cancellation);
        await connection.DisposeAsync();

        Assert.Equal("normal", (await hub.WaitForControlAsync(id, "disconnect")).Reason);
        Assert.Equal("QUIT"u8.ToArray(), hub.DataOf(id));
    }

    [Fact]
    public async Task Target_Ends_IsTheEndOfTheStream_AndNothingCanBeWritten()
    {
        var (client, hub) = await ConnectAsync();
        await using var _ = client;
        await using var connection = await OpenAsync(client, hub);
        var id = (await AskedAsync(hub)).StreamId;

        await hub.SendDataAsync(id, [1, 2, 3]);
        await hub.DisconnectAsync(id);

        using var received = new MemoryStream();
        await connection.CopyToAsync(received, Cancellation).BoundedAsync();
        Assert.Equal([1, 2, 3], received.ToArray());
        await WaitForNoStreamAsync(client, hub);
        await Assert.ThrowsAsync<IOException>(async () => await connection.WriteAsync(new byte[1], Cancellation));
        Assert.Throws<IOException>(() => connection.Write(new byte[1]));
    }

    [Fact]
    [Statement("seen 3")]
    public async Task Target_HalfCloses_IsTheEndOfReading_AndWritingGoesOn()
    {
        var (client, hub) = await ConnectAsync();
        await using var _ = client;
        var connection = await OpenAsync(client, hub, extra: Capable);
        var id = (await AskedAsync(hub)).StreamId;
        Assert.True((bool?)(await hub.WaitForControlAsync(id, "resume_stream")).Control?["half_close"]);

        await hub.SendControlAsync($$"""{"event":"half_close","client_id":"{{id}}"}""");
        Assert.Equal(0, await connection.ReadAsync(new byte[1], Cancellation).AsTask().BoundedAsync());
        await connection.WriteAsync(new byte[] { 1, 2 }, Cancellation);
        Assert.Equal([1, 2], await hub.WaitForDataAsync(id, 2));
        await connection.DisposeAsync();

        Assert.Equal("normal", (await hub.WaitForControlAsync(id, "disconnect")).Reason);
    }

    [Fact]
    [Statement("seen 3")]
    public async Task Dispose_IsAHalfCloseBehindTheLastByte_ToAHubThatKnowsHow()
    {
        var (client, hub) = await ConnectAsync();
        await using var _ = client;
        var connection = await OpenAsync(client, hub, extra: Capable);
        var id = (await AskedAsync(hub)).StreamId;

        await connection.WriteAsync(new byte[] { 1, 2 }, Cancellation);
        await connection.DisposeAsync();
        await hub.WaitForControlAsync(id, "half_close");
        Assert.Equal([1, 2], hub.DataOf(id));
        await hub.SendDataAsync(id, [3]); // nobody is there to take it

        Assert.Equal("normal", (await hub.WaitForControlAsync(id, "disconnect")).Reason);
    }

    [Fact]
    public async Task Session_IsLost_BreaksTheStream()
    {
        var (client, hub) = await ConnectAsync();
        await using var _ = client;
        await using var connection = await OpenAsync(client, hub);

        var reading = connection.ReadAsync(new byte[1], Cancellation).AsTask();
        await hub.BreakAsync();

        await Assert.ThrowsAsync<IOException>(() => reading.BoundedAsync());
    }

    [Fact]
    [Statement("client 113")]
    public async Task Hub_Refuses_IsAnExceptionWithItsWords()
    {
        var (client, hub) = await ConnectAsync();
        await using var _ = client;
        var connecting = client.Client.ConnectOutboundAsync("example.com", 443, Cancellation).AsTask();
        await hub.SendControlAsync($$"""{"event":"outbound_result","client_id":"{{(await AskedAsync(hub)).StreamId}}","reason":"no such target"}""");

        var failure = await Assert.ThrowsAsync<NexusOutboundException>(() => connecting.BoundedAsync());
        Assert.Equal((NexusOutboundError.Refused, "no such target"), (failure.Error, failure.HubReason));
        Assert.DoesNotContain("such", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Statement("client 113")]
    public async Task NoSession_IsAnException()
    {
        await using var client = await ClientUnderTest.StartAsync();

        var failure = await Assert.ThrowsAsync<NexusOutboundException>(() => client.Client.ConnectOutboundAsync("example.com", 443, Cancellation).AsTask().BoundedAsync());
        Assert.Equal(NexusOutboundError.NoSession, failure.Error);
    }

    [Fact]
    public async Task Caller_Cancels_TakesTheRequestBack()
    {
        var (client, hub) = await ConnectAsync();
        await using var _ = client;
        using var cancelled = new CancellationTokenSource();
        var connecting = client.Client.ConnectOutboundAsync("example.com", 443, cancelled.Token).AsTask();
        var asked = await AskedAsync(hub);
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.BoundedAsync());
        await hub.WaitForControlAsync(asked.StreamId, "disconnect");
    }

    /// <summary>More than a message has room for: it would have ended the session of everybody.</summary>
    public static TheoryData<string, int> TooLong => new() { { new string('a', 40_000), 443 } };

    [Theory]
    [InlineData("", 443)]
    [InlineData("example.com", 0)]
    [InlineData("example.com", 65_536)]
    [MemberData(nameof(TooLong))]
    public async Task Target_Impossible_IsAnArgumentError(string host, int port)
    {
        await using var client = await ClientUnderTest.StartAsync();

        await Assert.ThrowsAnyAsync<ArgumentException>(() => client.Client.ConnectOutboundAsync(host, port, Cancellation).AsTask());
    }

    [Fact]
    public async Task Application_DoesNotRead_HubIsGrantedOnlyWhatFits()
    {
        var (client, hub) = await ConnectAsync();
        await using var _ = client;
        await using var connection = await OpenAsync(client, hub);
        var id = (await AskedAsync(hub)).StreamId;

        for (var frame = 0; frame < 32; frame++) await hub.SendDataAsync(id, new byte[16 * 1024]);
        await hub.RoundTripAsync();

        Assert.InRange(hub.Messages.Where(message => message.Event == "resume_stream" && message.StreamId == id).Sum(message => message.Credits), 0, 64 + 16);
        await connection.ReadExactlyAsync(new byte[32 * 16 * 1024], Cancellation).AsTask().BoundedAsync();
    }

    [Theory]
    [InlineData("1.1", HttpVersionPolicy.RequestVersionOrLower, "1.1")]
    [InlineData("1.1", HttpVersionPolicy.RequestVersionOrHigher, "1.1")]
    [InlineData("3.0", HttpVersionPolicy.RequestVersionOrLower, "1.1")]
    public async Task HttpClient_WithTheHandler_GoesThroughTheHub(string version, HttpVersionPolicy policy, string spoken)
    {
        var (client, hub) = await ConnectAsync();
        await using var _ = client;
        using var http = new HttpClient(new NexusHttpMessageHandler(client.Client));
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://example.com/") { Version = Version.Parse(version), VersionPolicy = policy };
        var answering = http.SendAsync(request, Cancellation);
        var asked = await AskedAsync(hub);
        await hub.SucceedAsync(asked.StreamId);
        await hub.WaitForAsync(_ => hub.DataOf(asked.StreamId).AsSpan().EndsWith("\r\n\r\n"u8));
        await hub.SendDataAsync(asked.StreamId, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"u8);

        using var answer = await answering.BoundedAsync();
        Assert.Equal("hi", await answer.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal("example.com:80", (string?)asked.Control?["target_addr"]);
        Assert.Equal(Version.Parse(spoken), answer.Version);
    }

    [Theory]
    [InlineData(HttpVersionPolicy.RequestVersionExact)]
    [InlineData(HttpVersionPolicy.RequestVersionOrHigher)]
    public async Task HttpClient_InsistsOnHttp3_FailsInsteadOfLeavingAroundTheHub(HttpVersionPolicy policy)
    {
        await using var client = await ClientUnderTest.StartAsync();
        using var http = new HttpClient(new NexusHttpMessageHandler(client.Client));
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://example.com/") { Version = HttpVersion.Version30, VersionPolicy = policy };

        var failure = await Assert.ThrowsAsync<HttpRequestException>(() => http.SendAsync(request, Cancellation).BoundedAsync());
        Assert.Equal(HttpRequestError.VersionNegotiationError, failure.HttpRequestError);
    }

    /// <summary>The client knows of its session a moment after the hub does.</summary>
    private static async Task<(ClientUnderTest Client, HubSide Hub)> ConnectAsync()
    {
        var (client, hub) = await ClientUnderTest.ConnectAsync();
        await hub.RoundTripAsync();
        return (client, hub);
    }

    private static Task<HubMessage> AskedAsync(HubSide hub) => hub.WaitForAsync(message => message.Event == "outbound_connect");

    private static async Task<Stream> OpenAsync(ClientUnderTest client, HubSide hub, string host = "example.com", string extra = "")
    {
        var connecting = client.Client.ConnectOutboundAsync(host, 443, Cancellation).AsTask();
        await hub.SucceedAsync((await AskedAsync(hub)).StreamId, extra: extra);
        return await connecting.BoundedAsync();
    }

    /// <summary>Each of these round trips is a refused stream of its own.</summary>
    private static async Task WaitForNoStreamAsync(ClientUnderTest client, HubSide hub)
    {
        while (client.Client.GetStreams().Count > 0) await hub.RoundTripAsync();
    }
}
