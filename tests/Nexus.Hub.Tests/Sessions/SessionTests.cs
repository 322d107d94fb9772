using Nexus.Contracts.Carriers;
using Nexus.Hub.Sessions;
using Nexus.Hub.Tests.Peers;
using Nexus.Testing;

namespace Nexus.Hub.Tests.Sessions;

/// <summary>spec/node.md §1.2: an authenticated session and its ends.</summary>
public sealed class SessionTests
{
    [Fact]
    [Statement("node 6")]
    public async Task Message_SplitOverFramesOf4096Bytes_IsHandledAsOne()
    {
        await using var hub = await HubUnderTest.StartAsync();
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await using var user = await hub.ConnectAsync("app.test");
        var connect = await backend.ReceiveEventAsync("connect");
        var bytes = TestBytes.Of(16_384);
        await backend.SendDataAsync(connect.Id, bytes);

        Assert.Equal(bytes, await user.ReceiveAsync(bytes.Length));
    }

    [Fact]
    [Statement("node 7")]
    public async Task Message_OfExactly32785Bytes_IsAccepted()
    {
        await using var hub = await HubUnderTest.StartAsync();
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await using var user = await hub.ConnectAsync("app.test");
        var connect = await backend.ReceiveEventAsync("connect");
        var bytes = TestBytes.Of(32_768);
        await backend.SendDataAsync(connect.Id, bytes);

        Assert.Equal(bytes, await user.ReceiveAsync(bytes.Length));
    }

    [Fact]
    [Statement("node 7")]
    public async Task Message_Of32786Bytes_EndsTheSessionWith1009()
    {
        await using var hub = await HubUnderTest.StartAsync();
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await backend.Socket.SendFragmentedAsync(new byte[32_786]);

        var close = await backend.ReceiveCloseAsync();
        Assert.Equal((1009, 2), (close.CloseCode, close.Payload.Length));
        await AssertEndedAsync(hub, "message_too_big");
    }

    [Theory]
    [Statement("node 12")]
    [InlineData(RawFrame.BinaryOpcode, false, 0)] // not masked
    [InlineData(RawFrame.BinaryOpcode, true, 4)]  // RSV1
    [InlineData(5, true, 0)]                      // unknown opcode
    [InlineData(RawFrame.Continuation, true, 0)]  // of nothing
    public async Task Frame_AgainstRfc6455_EndsTheSessionWith1002(int opcode, bool isMasked, int reserved)
    {
        await using var hub = await HubUnderTest.StartAsync();
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await backend.Socket.SendAsync(opcode, [1, 2, 3], isFinal: true, isMasked, reserved);

        Assert.Equal(1002, (await backend.ReceiveCloseAsync()).CloseCode);
        await AssertEndedAsync(hub, "protocol_error");
    }

    [Fact]
    [Statement("node 9")]
    public async Task Ping_WhileDataFlowsBothWays_IsAnsweredWithItsPayload()
    {
        await using var hub = await HubUnderTest.StartAsync();
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await using var user = await hub.ConnectAsync("app.test");
        var connect = await backend.ReceiveEventAsync("connect");
        var sending = user.SendAsync(new byte[4_000_000]); // more than the window: data waits behind credits
        await backend.SendDataAsync(connect.Id, TestBytes.Of(16_384));
        await backend.Socket.SendAsync(RawFrame.PingOpcode, [1, 2, 3]);
        await backend.SendDataAsync(connect.Id, TestBytes.Of(16_384));
        RawFrame? frame;
        do frame = await backend.Socket.ReceiveAsync();
        while (frame is { Opcode: not RawFrame.PongOpcode });
        Assert.Equal([1, 2, 3], frame?.Payload ?? []);
        user.Reset();
        await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    [Fact]
    [Statement("node 8")]
    public async Task Messages_OfABusySession_NeverExceed32785Bytes()
    {
        await using var hub = await HubUnderTest.StartAsync();
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await using var user = await hub.ConnectAsync("app.test", new byte[65_000]); // a prelude larger than any message
        var sending = user.SendAsync(new byte[1_000_000]);
        var received = 0;
        while (received < 1_065_000)
        {
            var frame = await backend.Socket.ReceiveAsync();
            Assert.NotNull(frame);
            Assert.InRange(frame.Payload.Length, 0, 32_785);
            if (frame.Opcode == RawFrame.BinaryOpcode && frame.Payload[0] == 1) received += frame.Payload.Length - 17;
        }

        await sending;
    }

    [Fact]
    [Statement("node 13")]
    public async Task Close_FromTheBackend_IsEchoedWithItsCodeAndNoReason()
    {
        await using var hub = await HubUnderTest.StartAsync();
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await backend.Socket.SendAsync(RawFrame.CloseOpcode, [0x0F, 0xA1, (byte)'b', (byte)'y', (byte)'e']); // 4001

        var close = await backend.ReceiveCloseAsync();
        Assert.Equal((4001, 2), (close.CloseCode, close.Payload.Length));
        await AssertEndedAsync(hub, "peer_closed");
    }

    [Fact]
    [Statement("node 45")]
    public async Task Messages_UnknownOrMalformed_AreIgnored()
    {
        await using var hub = await HubUnderTest.StartAsync();
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await backend.Socket.SendBinaryAsync();
        await backend.Socket.SendBinaryAsync(9, 1, 2);
        await backend.Socket.SendBinaryAsync(1, 2, 3);
        await backend.SendControlAsync("{ nonsense");
        await backend.SendControlAsync("""{"event":"disconnect","client_id":""}""");
        await backend.SendEventAsync("made_up", Guid.NewGuid());
        await backend.SendEventAsync("ping_client", Guid.NewGuid());
        await backend.SendEventAsync("disconnect", Guid.NewGuid());
        await backend.SendEventAsync("pause_stream", Guid.NewGuid());
        await backend.SendEventAsync("resume_stream", Guid.NewGuid(), ",\"credits\":8");
        await backend.SendDataAsync(Guid.NewGuid(), [1]);
        await backend.Socket.SendTextAsync("not asked for");
        await backend.Socket.SendAsync(RawFrame.PingOpcode, [42]);

        var answer = await backend.Socket.ReceiveAsync();
        Assert.Equal((RawFrame.PongOpcode, (byte)42), (answer?.Opcode, answer?.Payload[0]));
    }

    [Fact]
    [Statement("node 10", "node 11")]
    public async Task Ping_OfTheHub_ComesAfter54SecondsAndSilenceEndsTheSessionAfter60()
    {
        await using var hub = await HubUnderTest.StartWithClockAsync();
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");

        await hub.AdvanceAsync(54);
        var ping = await backend.Socket.ReceiveAsync();
        Assert.Equal((RawFrame.PingOpcode, 0), (ping?.Opcode, ping?.Payload.Length));
        // A ping of the backend's own is answered, but is no sign of life.
        await backend.SettleAsync();

        await hub.AdvanceAsync(6);
        Assert.Equal(1001, (await backend.ReceiveCloseAsync()).CloseCode);
        await hub.Metrics.WaitForAsync("nexus.hub.session.duration", ("end", "silent"));
    }

    [Fact]
    public async Task Pong_OfTheBackend_KeepsTheSession()
    {
        await using var hub = await HubUnderTest.StartWithClockAsync();
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        for (var i = 0; i < 3; i++)
        {
            await hub.AdvanceAsync(54);
            Assert.Equal(RawFrame.PingOpcode, (await backend.Socket.ReceiveAsync())?.Opcode);
            await backend.Socket.SendAsync(RawFrame.PongOpcode, []);
            await backend.SettleAsync();
        }

        Assert.Empty(hub.Metrics.Of("nexus.hub.session.duration"));
    }

    [Fact]
    [Statement("node 73")]
    public async Task Session_Lost_ItsUsersAreResetAndItsRoutesWithdrawn()
    {
        await using var hub = await HubUnderTest.StartAsync();
        var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await using var user = await hub.ConnectAsync("app.test");
        await hub.Region.Directory.WaitForAsync("app.test", weight: 1);
        await backend.DisposeAsync();

        Assert.Equal(Protocol.Channels.ChannelReadStatus.Reset, (await user.ReceiveAllAsync()).End);
        Assert.Equal("session_lost", await user.EndReasonAsync());
        await hub.Region.Directory.WaitForAsync("app.test", weight: 0);
        await AssertEndedAsync(hub, "peer_vanished");
        Assert.Equal(OpenRefusal.NotFound, (await hub.OpenAsync("app.test")).Refusal);
    }

    [Fact]
    public async Task Backends_OfOneName_ShareUsersByTheGoldenSequence()
    {
        await using var hub = await HubUnderTest.StartAsync();
        await using var a = await BackendPeer.LoginAsync(hub, TestToken.Weighted(2, "app.test"));
        await using var b = await BackendPeer.LoginAsync(hub, TestToken.Weighted(3, "app.test"));
        await AnswerProbeAsync(a);

        // spec/node.md §3.8: weights A2, B3 give BABAB.
        foreach (var expected in new[] { b, a, b, a, b })
        {
            await using var user = await hub.ConnectAsync("app.test");
            await expected.ReceiveEventAsync("connect");
        }
    }

    [Fact]
    [Statement("node 147")]
    public async Task Session_LoggedInAgainWhileTheOldOneIsHalfDead_ServesAllNewUsers()
    {
        await using var hub = await HubUnderTest.StartWithClockAsync();
        await using var dead = await BackendPeer.LoginAsync(hub, "app.test"); // answers nothing from here on
        await hub.AdvanceAsync(1);
        await using var live = await BackendPeer.LoginAsync(hub, "app.test");
        for (var i = 0; i < 3; i++)
        {
            await using var user = await hub.ConnectAsync("app.test");
            await live.ReceiveEventAsync("connect");
        }

        await hub.AdvanceAsync(20);
        await hub.Metrics.WaitForAsync("nexus.hub.session.duration", ("end", "probe_unanswered"));
    }

    [Fact]
    public async Task ExactName_ItsLastBackendLeft_FallsBackToTheWildcard()
    {
        await using var hub = await HubUnderTest.StartAsync();
        await using var wildcard = await BackendPeer.LoginAsync(hub, "*.app.test");
        var exact = await BackendPeer.LoginAsync(hub, "one.app.test");
        await using (await hub.ConnectAsync("one.app.test")) await exact.ReceiveEventAsync("connect");
        await exact.DisposeAsync();
        await AssertEndedAsync(hub, "peer_vanished");

        await using var user = await hub.ConnectAsync("one.app.test");
        var connect = await wildcard.ReceiveEventAsync("connect");
        Assert.Equal("one.app.test", connect.Json.GetProperty("hostname").GetString());
        Assert.Equal(OpenRefusal.NotFound, (await hub.OpenAsync("two.one.app.test")).Refusal);
        Assert.Equal(OpenRefusal.NotFound, (await hub.OpenAsync("app.test")).Refusal);
    }

    [Fact]
    public async Task Backend_AtItsStreamLimit_AnotherTakesTheUserAndThenTheUserIsRefused()
    {
        await using var hub = await HubUnderTest.StartAsync(("Nexus:Hub:Sessions:MaxStreamsPerSession", "1"));
        await using var a = await BackendPeer.LoginAsync(hub, "app.test");
        await using var b = await BackendPeer.LoginAsync(hub, "app.test");
        await using var first = await hub.ConnectAsync("app.test");
        await using var second = await hub.ConnectAsync("app.test");
        await a.ReceiveEventAsync("connect");
        await b.ReceiveEventAsync("connect");

        Assert.Equal(OpenRefusal.ResourceExhausted, (await hub.OpenAsync("app.test")).Refusal);
        await hub.Metrics.WaitForSumAsync("nexus.hub.streams.refused", 1, ("reason", "backends_full"));
    }

    [Fact]
    public void ToClose_EveryEnd_HasAnAnswer() => Assert.All(Enum.GetValues<SessionEnd>(), end =>
    {
        Assert.InRange(end.ToClose()?.Text.Length ?? 0, 0, 123);
        Assert.NotEmpty(ServiceDefaults.EnumWord.Of(end));
    });

    private static async Task AnswerProbeAsync(BackendPeer backend)
    {
        Assert.Equal(RawFrame.PingOpcode, (await backend.Socket.ReceiveAsync())?.Opcode);
        await backend.Socket.SendAsync(RawFrame.PongOpcode, []);
        await backend.SettleAsync();
    }

    private static Task<CollectedMeasurement> AssertEndedAsync(HubUnderTest hub, string end) =>
        hub.Metrics.WaitForAsync("nexus.hub.session.duration", ("end", end)).BoundedAsync();
}
