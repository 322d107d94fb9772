using System.Net;
using System.Net.Sockets;
using System.Text;
using Nexus.Client.Tests.Scripted;
using Nexus.Testing;

namespace Nexus.Client.Tests.Socks5;

/// <summary>spec/client.md §10: applications that leave through the hub.</summary>
public sealed class Socks5Tests
{
    private static void Listen(NexusBackendOptions options) => options.Socks5ListenAddr = "127.0.0.1:0";

    [Theory]
    [Statement("client 110", "client 112")]
    [InlineData("01 C0000201 01BB", "192.0.2.1:443")]
    [InlineData("03 0B 6578616D706C652E636F6D 0050", "example.com:80")]
    [InlineData("03 09 6C6F63616C686F7374 0019", "localhost:25")]
    [InlineData("04 20010DB8000000000000000000000001 0019", "[2001:db8::1]:25")]
    [InlineData("04 00000000000000000000FFFFC0000201 0019", "192.0.2.1:25")]
    public async Task Connect_EveryAddressType_IsAskedOfTheHubUnresolved(string request, string target)
    {
        var (client, hub) = await ClientUnderTest.ConnectAsync(configure: Listen);
        await using var _ = client;
        using var application = await SocksApplication.RequestAsync(client.Client.Socks5EndPoint, Convert.FromHexString(request.Replace(" ", "", StringComparison.Ordinal)));

        var asked = await hub.WaitForAsync(message => message.Event == "outbound_connect");
        Assert.Equal(target, (string?)asked.Control?["target_addr"]);
        Assert.Equal(["event", "client_id", "target_addr"], asked.Control?.Select(pair => pair.Key));
        Assert.Equal('4', asked.StreamId.ToString()[14]); // a random UUID

        await hub.SucceedAsync(asked.StreamId);
        Assert.Equal(SocksApplication.Reply(0), await application.ReceiveAsync(10));
    }

    [Theory]
    [Statement("client 110", "client 111")]
    [InlineData("050102", "", "05FF")] // user name and password only
    [InlineData("05020102", "", "05FF")]
    [InlineData("0500", "", "")]
    [InlineData("040100", "", "")]
    [InlineData("050100", "05020001C00002010050", "050005070001000000000000")] // BIND
    [InlineData("050100", "05030001C00002010050", "050005070001000000000000")] // UDP ASSOCIATE
    [InlineData("050100", "05010002C00002010050", "050005080001000000000000")]
    [InlineData("050100", "04010001C00002010050", "0500")]
    [InlineData("050100", "05010003000050", "0500")] // a name of no bytes
    public async Task Handshake_WhatIsNotServed_IsAnsweredByteForByteAndClosed(string greeting, string request, string answer)
    {
        var (client, hub) = await ClientUnderTest.ConnectAsync(configure: Listen);
        await using var _ = client;
        using var application = await SocksApplication.ConnectAsync(client.Client.Socks5EndPoint);
        await application.SendAsync([.. Convert.FromHexString(greeting), .. Convert.FromHexString(request)]);
        Assert.Equal(answer, Convert.ToHexString(await application.ReceiveAllAsync()));
        await hub.RoundTripAsync();
        Assert.DoesNotContain(hub.Messages, message => message.Event == "outbound_connect");
    }

    [Fact]
    [Statement("client 110")]
    public async Task Handshake_ByteByByte_IsUnderstood()
    {
        var (client, hub) = await ClientUnderTest.ConnectAsync(configure: Listen);
        await using var _ = client;
        using var application = await SocksApplication.ConnectAsync(client.Client.Socks5EndPoint);
        foreach (var one in Convert.FromHexString("0502020005010003046E616D650050")) await application.SendAsync(one);
        Assert.Equal("name:80", (string?)(await hub.WaitForAsync(message => message.Event == "outbound_connect")).Control?["target_addr"]);
    }

    [Fact]
    public async Task Handshake_Unfinished_EndsAfterTenSeconds()
    {
        var time = new ManualTimeProvider();
        var (client, _) = await ClientUnderTest.ConnectAsync(time, Listen);
        await using var __ = client;
        using var application = await SocksApplication.ConnectAsync(client.Client.Socks5EndPoint);
        await application.SendAsync(5, 1, 0);
        Assert.Equal([5, 0], await application.ReceiveAsync(2));
        var end = application.ReceiveAllAsync();
        time.Advance(TimeSpan.FromSeconds(9));
        Assert.False(end.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(await end);
    }

    [Theory]
    [Statement("client 113")]
    [InlineData(",\"reason\":\"the target does not answer\"")]
    [InlineData("")]
    public async Task Refusal_OfAnyKind_IsConnectionRefused(string reason)
    {
        var (client, hub) = await ClientUnderTest.ConnectAsync(configure: Listen);
        await using var _ = client;
        using var application = await SocksApplication.RequestAsync(client.Client.Socks5EndPoint);
        var asked = await hub.WaitForAsync(message => message.Event == "outbound_connect");
        await hub.SendControlAsync($$"""{"event":"outbound_result","client_id":"{{asked.StreamId}}"{{reason}}}""");
        Assert.Equal(SocksApplication.Reply(5), await application.ReceiveAllAsync());
        Assert.Equal("dial_failed", (await hub.WaitForControlAsync(asked.StreamId, "disconnect")).Reason);
    }

    [Fact]
    [Statement("client 113")]
    public async Task NoSession_IsAGeneralFailure()
    {
        await using var client = await ClientUnderTest.StartAsync(configure: Listen);
        using var application = await SocksApplication.RequestAsync(client.Client.Socks5EndPoint);
        Assert.Equal(SocksApplication.Reply(1), await application.ReceiveAllAsync());
    }

    [Fact]
    [Statement("client 113")]
    public async Task SessionLostWhileWaiting_IsAGeneralFailure()
    {
        var (client, hub) = await ClientUnderTest.ConnectAsync(configure: Listen);
        await using var _ = client;
        using var application = await SocksApplication.RequestAsync(client.Client.Socks5EndPoint);
        await hub.WaitForAsync(message => message.Event == "outbound_connect");
        await hub.BreakAsync();
        Assert.Equal(SocksApplication.Reply(1), await application.ReceiveAllAsync());
    }

    [Fact]
    [Statement("client 113", "client 115")]
    public async Task Hub_SilentFor15Seconds_IsAGeneralFailureAndItsLateSuccessIsEnded()
    {
        var time = new ManualTimeProvider();
        var (client, hub) = await ClientUnderTest.ConnectAsync(time, Listen);
        await using var _ = client;
        using var application = await SocksApplication.RequestAsync(client.Client.Socks5EndPoint);
        var asked = await hub.WaitForAsync(message => message.Event == "outbound_connect");

        // In steps in which the hub shows that it lives.
        for (var second = 0; second < 15; second++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await hub.RoundTripAsync();
        }

        Assert.Equal(SocksApplication.Reply(1), await application.ReceiveAsync(10));
        Assert.Equal("timeout", (await hub.WaitForControlAsync(asked.StreamId, "disconnect")).Reason);

        await hub.SucceedAsync(asked.StreamId);
        await hub.WaitForAsync(_ => hub.Messages.Count(message => message.Event == "disconnect" && message.StreamId == asked.StreamId) == 2);
    }

    [Fact]
    [Statement("client 114")]
    public async Task Data_WaitsForTheResult_ThenCreditsOfBothDirectionsCount()
    {
        var (client, hub) = await ClientUnderTest.ConnectAsync(configure: Listen);
        await using var _ = client;
        using var application = await SocksApplication.RequestAsync(client.Client.Socks5EndPoint);
        await application.SendAsync("early"u8.ToArray());
        var asked = await hub.WaitForAsync(message => message.Event == "outbound_connect");
        await hub.RoundTripAsync();
        Assert.Equal(0, hub.FramesOf(asked.StreamId));

        await hub.SucceedAsync(asked.StreamId, credits: 1);
        Assert.Equal(64, (await hub.WaitForControlAsync(asked.StreamId, "resume_stream")).Credits);
        Assert.Equal("early"u8.ToArray(), await hub.WaitForDataAsync(asked.StreamId, 5));

        await application.SendAsync("more"u8.ToArray());
        await hub.RoundTripAsync();
        Assert.Equal(1, hub.FramesOf(asked.StreamId));
        await hub.GrantAsync(asked.StreamId, 8);
        Assert.Equal("earlymore"u8.ToArray(), await hub.WaitForDataAsync(asked.StreamId, 9));
    }

    [Fact]
    [Statement("client 110")]
    public async Task Target_SpeaksFirstAndCloses_ApplicationGetsItBehindTheReply()
    {
        var (client, hub) = await ClientUnderTest.ConnectAsync(configure: Listen);
        await using var _ = client;
        using var application = await SocksApplication.RequestAsync(client.Client.Socks5EndPoint);
        var asked = await hub.WaitForAsync(message => message.Event == "outbound_connect");
        await hub.SucceedAsync(asked.StreamId);
        await hub.SendDataAsync(asked.StreamId, "220 ready"u8);
        await hub.DisconnectAsync(asked.StreamId);
        byte[] expected = [.. SocksApplication.Reply(0), .. "220 ready"u8];
        Assert.Equal(expected, await application.ReceiveAllAsync());
    }

    [Fact]
    public async Task Application_Closes_HubGetsEverythingThenDisconnect()
    {
        var (client, hub) = await ClientUnderTest.ConnectAsync(configure: Listen);
        await using var _ = client;
        using var application = await SocksApplication.RequestAsync(client.Client.Socks5EndPoint);
        var asked = await hub.WaitForAsync(message => message.Event == "outbound_connect");
        await hub.SucceedAsync(asked.StreamId);
        Assert.Equal(SocksApplication.Reply(0), await application.ReceiveAsync(10));
        await application.SendAsync("QUIT"u8.ToArray());
        application.Finish();
        Assert.Equal("normal", (await hub.WaitForControlAsync(asked.StreamId, "disconnect")).Reason);
        Assert.Equal("QUIT"u8.ToArray(), hub.DataOf(asked.StreamId));
    }

    [Fact]
    [Statement("client 116")]
    public async Task Bind_Failing_DoesNotKeepTheClientFromServing()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        taken.Listen();
        foreach (var address in new[] { $"{taken.LocalEndPoint}", "nonsense", "127.0.0.1:99999" })
        {
            var (client, hub) = await ClientUnderTest.ConnectAsync(configure: options => options.Socks5ListenAddr = address);
            await using var _ = client;
            await hub.ConnectAsync();
            using var local = await client.Service.AcceptAsync();
            Assert.Null(client.Client.Socks5EndPoint);
            Assert.Contains(client.Logs.Records, log => log.EventId.Id == 503);
        }
    }

    [Fact]
    [Statement("client 116")]
    public async Task Listener_SurvivesReconnects()
    {
        var (client, hub) = await ClientUnderTest.ConnectAsync(configure: Listen);
        await using var _ = client;
        var before = client.Client.Socks5EndPoint;
        await hub.BreakAsync();
        var next = await client.Hub.AcceptSessionAsync();
        await next.RoundTripAsync();
        Assert.Equal(before, client.Client.Socks5EndPoint);
        using var application = await SocksApplication.RequestAsync(client.Client.Socks5EndPoint);
        await next.SucceedAsync((await next.WaitForAsync(message => message.Event == "outbound_connect")).StreamId);
        Assert.Equal(SocksApplication.Reply(0), await application.ReceiveAsync(10));
    }

    [Fact]
    [Statement("client 125")]
    public async Task Addresses_Several_ShareOneListenerWhichUsesWhicheverIsThere()
    {
        await using var away = new ScriptedHub();
        var awayAddress = away.Address;
        await away.DisposeAsync();
        await using var client = await ClientUnderTest.StartAsync(configure: options =>
        {
            Listen(options);
            options.NexusAddresses = [awayAddress, options.NexusAddresses[0], options.NexusAddresses[0]];
        });
        var first = await client.Hub.AcceptSessionAsync();
        var second = await client.Hub.AcceptSessionAsync();
        await first.RoundTripAsync();
        await second.RoundTripAsync();
        Assert.Single(client.Logs.Records, log => log.EventId.Id is 501 or 503);

        await first.BreakAsync();
        await client.Hub.AcceptAsync(); // it has noticed, and is not back yet
        using var application = await SocksApplication.RequestAsync(client.Client.Socks5EndPoint);
        await second.SucceedAsync((await second.WaitForAsync(message => message.Event == "outbound_connect")).StreamId);
        Assert.Equal(SocksApplication.Reply(0), await application.ReceiveAsync(10));
    }

    [Theory]
    [InlineData("127.0.0.1:0", 501)]
    [InlineData("localhost:0", 501)]
    [InlineData("0.0.0.0:0", 502)]
    [InlineData(":0", 502)]
    public async Task Listener_ThatOthersReach_IsWarnedOf(string address, int logged)
    {
        await using var client = await ClientUnderTest.StartAsync(configure: options => options.Socks5ListenAddr = address);
        Assert.Contains(client.Logs.Records, log => log.EventId.Id == logged);
    }

    [Fact]
    public async Task Stop_ClosesTheListenerAndTakesWaitingRequestsBack()
    {
        var (client, hub) = await ClientUnderTest.ConnectAsync(configure: Listen);
        await using var _ = client;
        using var application = await SocksApplication.RequestAsync(client.Client.Socks5EndPoint);
        var asked = await hub.WaitForAsync(message => message.Event == "outbound_connect");
        await client.Client.StopAsync(TestContext.Current.CancellationToken).BoundedAsync();
        await hub.WaitForControlAsync(asked.StreamId, "disconnect");
        await Assert.ThrowsAnyAsync<SocketException>(() => SocksApplication.ConnectAsync(client.Client.Socks5EndPoint));
    }

    [Fact]
    public async Task Logs_AboveDebug_NameNoTarget()
    {
        var (client, hub) = await ClientUnderTest.ConnectAsync(configure: Listen);
        await using var _ = client;
        using var application = await SocksApplication.RequestAsync(client.Client.Socks5EndPoint, [3, 11, .. Encoding.ASCII.GetBytes("example.com"), 0, 80]);
        await hub.SucceedAsync((await hub.WaitForAsync(message => message.Event == "outbound_connect")).StreamId);
        Assert.Equal(SocksApplication.Reply(0), await application.ReceiveAsync(10));
        Assert.DoesNotContain(client.Logs.Records, log => log.Message.Contains("example.com", StringComparison.Ordinal));
    }
}
