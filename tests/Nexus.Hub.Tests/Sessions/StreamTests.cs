using Nexus.Contracts.Carriers;
using Nexus.Hub.Sessions;
using Nexus.Hub.Tests.Peers;
using Nexus.Protocol.Channels;
using Nexus.Testing;

namespace Nexus.Hub.Tests.Sessions;

/// <summary>spec/node.md §2: user streams inside a session.</summary>
public sealed class StreamTests
{
    [Fact]
    [Statement("node 49", "node 51")]
    public async Task Connect_TlsUser_HasAllFieldsAndPrecedesData()
    {
        await using var hub = await HubUnderTest.StartAsync();
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await using var user = await hub.ConnectAsync("app.test", [1, 2, 3]);

        var connect = await backend.ReceiveAsync();
        var data = await backend.ReceiveAsync();
        Assert.Equal(
            $$"""{"event":"connect","client_id":"{{connect?.Id}}","conn_port":443,"client_ip":"192.0.2.7:40000","transport":"tcp","hostname":"app.test","is_tls":true,"credits":64,"half_close":true}""",
            WithoutTrace(connect));
        Assert.Equal(connect?.Id, data?.Id);
        Assert.Equal([1, 2, 3], data?.Data);
    }

    [Theory]
    [InlineData("[::ffff:192.0.2.9]:5", "192.0.2.9:5")]
    [InlineData("[2001:db8::1]:5", "[2001:db8::1]:5")]
    [Statement("node 50")]
    public async Task Connect_UserAddress_IsWrittenAsTheOriginalDoes(string address, string expected)
    {
        await using var hub = await HubUnderTest.StartAsync();
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        var result = await hub.OpenAsync(HubUnderTest.Request("app.test") with { ClientAddress = address, IsTls = false, LocalPort = 80 });
        Assert.True(result.IsAccepted);
        await using var user = new UserPeer((RelayClientChannel)result.Channel);

        var connect = await backend.ReceiveEventAsync("connect");
        Assert.Equal(expected, connect.Json.GetProperty("client_ip").GetString());
        Assert.Equal(80, connect.Json.GetProperty("conn_port").GetInt32());
        Assert.False(connect.Json.TryGetProperty("is_tls", out _));
    }

    [Fact]
    public async Task Open_TraceOfTheEdge_IsPassedOnToTheBackend()
    {
        await using var hub = await HubUnderTest.StartAsync();
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        const string Trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        var result = await hub.OpenAsync(HubUnderTest.Request("app.test") with { TraceParent = Trace, TraceState = "a=b" });
        Assert.True(result.IsAccepted);
        await using var user = new UserPeer((RelayClientChannel)result.Channel);

        var connect = await backend.ReceiveEventAsync("connect");
        Assert.Contains("0af7651916cd43dd8448eb211c80319c", connect.Json.GetProperty("trace_parent").GetString(), StringComparison.Ordinal);
        Assert.Equal("a=b", connect.Json.GetProperty("trace_state").GetString());
    }

    [Fact]
    public async Task Open_UnknownNameOrDatagramsOrNoName_IsRefusedHonestly()
    {
        await using var hub = await HubUnderTest.StartAsync();
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");

        Assert.Equal(OpenRefusal.NotFound, (await hub.OpenAsync("other.test")).Refusal);
        var udp = await hub.OpenAsync(HubUnderTest.Request("app.test") with { Transport = Protocol.Backend.StreamTransport.Udp });
        Assert.StartsWith("Unimplemented", udp.Detail, StringComparison.Ordinal);
        var injected = await hub.OpenAsync("tcp:53");
        Assert.StartsWith("InvalidArgument", injected.Detail, StringComparison.Ordinal);
        Assert.Equal(OpenRefusal.NotFound, (await hub.OpenAsync(HubUnderTest.Request("") with { ClaimedPort = 53 })).Refusal);
    }

    [Fact]
    [Statement("node 51")]
    public async Task Data_BothWays_ArrivesUnchangedAndInOrder()
    {
        await using var hub = await HubUnderTest.StartAsync();
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await using var user = await hub.ConnectAsync("app.test");
        var connect = await backend.ReceiveEventAsync("connect");
        var up = TestBytes.Of(3_000_000);
        var down = TestBytes.Of(3_000_000, seed: 2);

        var service = ServeAsync(backend, connect.Id, up.Length, down);
        var sending = user.SendAsync(up);
        var (received, end) = await user.ReceiveAllAsync();
        await sending;

        Assert.Equal(ChannelReadStatus.End, end);
        Assert.Equal(down, received);
        Assert.Equal(up, await service.BoundedAsync());
        await hub.Metrics.WaitForSumAsync("nexus.hub.io", up.Length, ("direction", "to_backend"));
        await hub.Metrics.WaitForSumAsync("nexus.hub.io", down.Length, ("direction", "to_user"));
        await hub.Metrics.WaitForSumAsync("nexus.hub.streams", 1, ("end", "backend_ended"));
        Assert.Equal("backend_ended", await user.EndReasonAsync());
    }

    [Fact]
    [Statement("node 70")]
    public async Task User_HalfClosesAfterItsRequest_StillGetsTheWholeResponse()
    {
        await using var hub = await HubUnderTest.StartAsync();
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await using var user = await hub.ConnectAsync("app.test", "request"u8.ToArray());
        await user.FinishAsync();
        var connect = await backend.ReceiveEventAsync("connect");
        var response = TestBytes.Of(200_000);
        var service = ServeAsync(backend, connect.Id, 7, response);

        var (bytes, end) = await user.ReceiveAllAsync();
        await service.BoundedAsync();
        Assert.Equal(ChannelReadStatus.End, end);
        Assert.Equal(response, bytes);
    }

    [Fact]
    public async Task User_HalfClosedAndBackendSilent_EndsAfterTheLimit()
    {
        await using var hub = await HubUnderTest.StartWithClockAsync(("Nexus:Hub:Sessions:HalfClosedIdleTimeout", "00:00:20"));
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await using var user = await hub.ConnectAsync("app.test", [1]);
        await user.FinishAsync();
        var connect = await backend.ReceiveEventAsync("connect");
        await backend.ReceiveAsync();
        await AdvanceUntilEndedAsync(hub, "half_closed_idle");

        Assert.Equal(connect.Id, (await backend.ReceiveEventAsync("disconnect")).Id);
        Assert.Equal(ChannelReadStatus.Reset, (await user.ReceiveAllAsync()).End);
    }

    [Fact]
    [Statement("node 57")]
    public async Task User_Resets_BackendIsToldAtOnceWithoutAnEcho()
    {
        await using var hub = await HubUnderTest.StartAsync();
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await using var user = await hub.ConnectAsync("app.test");
        var connect = await backend.ReceiveEventAsync("connect");
        user.Reset();

        Assert.Equal(connect.Id, (await backend.ReceiveEventAsync("disconnect")).Id);
        await hub.Metrics.WaitForSumAsync("nexus.hub.streams", 1, ("end", "user_reset"));
        // What the original client sends afterwards causes no answer and no error.
        await backend.SendDataAsync(connect.Id, [1]);
        await backend.SendEventAsync("disconnect", connect.Id, ",\"reason\":\"normal\"");
        await backend.Socket.SendAsync(RawFrame.PingOpcode, []);
        Assert.Equal(RawFrame.PongOpcode, (await backend.Socket.ReceiveAsync())?.Opcode);
    }

    [Theory]
    [InlineData("normal")]
    [InlineData("buffer_full")]
    [InlineData("dial_failed")]
    [InlineData("timeout")]
    [InlineData("local_error")]
    [InlineData("shutdown")]
    [InlineData("something new")]
    [Statement("node 56", "node 58", "node 71")]
    public async Task Disconnect_OfTheBackend_DeliversEverythingThenFinishesWithoutEcho(string reason)
    {
        await using var hub = await HubUnderTest.StartAsync();
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await using var user = await hub.ConnectAsync("app.test");
        var connect = await backend.ReceiveEventAsync("connect");
        var bytes = TestBytes.Of(64 * 16_384);
        for (var i = 0; i < 64; i++) await backend.SendDataAsync(connect.Id, bytes[(i * 16_384)..((i + 1) * 16_384)]);
        await backend.SendEventAsync("disconnect", connect.Id, $",\"reason\":\"{reason}\"");
        await backend.Socket.SendAsync(RawFrame.PingOpcode, []);

        var (received, end) = await user.ReceiveAllAsync();
        Assert.Equal(ChannelReadStatus.End, end);
        Assert.Equal(bytes, received);
        while (await backend.Socket.ReceiveAsync() is { } frame && frame.Opcode != RawFrame.PongOpcode)
        {
            Assert.NotEqual("disconnect", PeerMessage.Parse(frame.Payload).Event);
        }
    }

    [Fact]
    public async Task Session_LostWhileTheRestIsDelivered_UserStillGetsEverything()
    {
        await using var hub = await HubUnderTest.StartAsync();
        var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await using var user = await hub.ConnectAsync("app.test");
        var connect = await backend.ReceiveEventAsync("connect");
        for (var i = 0; i < 64; i++) await backend.SendDataAsync(connect.Id, new byte[16_384]);
        await backend.SendEventAsync("disconnect", connect.Id);
        await backend.Socket.SendAsync(RawFrame.CloseOpcode, [0x03, 0xE8]);
        await backend.ReceiveCloseAsync();
        await backend.DisposeAsync();

        var (received, end) = await user.ReceiveAllAsync();
        Assert.Equal((64 * 16_384, ChannelReadStatus.End), (received.Length, end));
    }

    [Fact]
    [Statement("node 62")]
    public async Task User_ThatNeverReads_EndsAsStalledAndTouchesNobodyElse()
    {
        await using var hub = await HubUnderTest.StartWithClockAsync(("Nexus:Hub:Sessions:UserStallTimeout", "00:00:20"));
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await using var stuck = await hub.ConnectAsync("app.test");
        var first = await backend.ReceiveEventAsync("connect");
        await using var sibling = await hub.ConnectAsync("app.test");
        var second = await backend.ReceiveEventAsync("connect");
        for (var i = 0; i < 64; i++) await backend.SendDataAsync(first.Id, new byte[16_384]);
        for (var i = 0; i < 64; i++) await backend.SendDataAsync(first.Id, new byte[16_384]);
        await AdvanceUntilEndedAsync(hub, "user_stalled");

        Assert.Equal(first.Id, (await backend.ReceiveEventAsync("disconnect")).Id);
        await backend.SendDataAsync(second.Id, [7]);
        Assert.Equal([7], await sibling.ReceiveAsync(1));
    }

    [Fact]
    public void ToWord_EveryEnd_IsAWordOfItsOwn()
    {
        var words = Enum.GetValues<StreamEnd>().Select(ServiceDefaults.EnumWord.Of).ToList();
        Assert.Equal(words.Count, words.Distinct().Count());
        Assert.All(words, word => Assert.Matches("^[a-z]+(_[a-z]+)*$", word));
    }

    /// <summary>A service that reads so many bytes, granting as the original does, then answers within its credits and ends.</summary>
    private static async Task<byte[]> ServeAsync(BackendPeer backend, Guid id, int requestSize, byte[] response)
    {
        await backend.SendEventAsync("resume_stream", id, ",\"credits\":64");
        using var request = new MemoryStream();
        long credits = 64;
        var consumed = 0;
        while (request.Length < requestSize)
        {
            var message = await backend.ReceiveAsync();
            if (message is not { IsData: true }) continue;
            request.Write(message.Data);
            Assert.InRange(message.Data.Length, 1, 32_768);
            if (++consumed % 8 == 0) await backend.SendEventAsync("resume_stream", id, ",\"credits\":8");
        }

        for (var sent = 0; sent < response.Length; sent += 16_384)
        {
            while (credits == 0) credits += (await backend.ReceiveEventAsync("resume_stream")).Credits;
            await backend.SendDataAsync(id, response[sent..Math.Min(response.Length, sent + 16_384)]);
            credits--;
        }

        await backend.SendEventAsync("disconnect", id, ",\"reason\":\"normal\"");
        return request.ToArray();
    }

    /// <summary>Moves the clock past a limit. What is still on its way at first counts as movement, so it may take a while longer.</summary>
    private static Task AdvanceUntilEndedAsync(HubUnderTest hub, string end) =>
        hub.AdvanceUntilAsync(hub.Metrics.WaitForAsync("nexus.hub.streams", ("end", end)));

    private static string WithoutTrace(PeerMessage? connect) =>
        System.Text.Json.Nodes.JsonNode.Parse(connect?.Json.GetRawText() ?? "{}") is System.Text.Json.Nodes.JsonObject json
            && (json.Remove("trace_parent") | json.Remove("trace_state") | true) ? json.ToJsonString() : "";
}
