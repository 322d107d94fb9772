using System.Net;
using System.Net.Sockets;
using Nexus.Hub.Outbound;
using Nexus.Hub.Tests.Peers;
using Nexus.Testing;

namespace Nexus.Hub.Tests.Outbound;

/// <summary>spec/node.md §6: connections that a backend has dialled through the hub.</summary>
public sealed class OutboundTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    [Statement("node 101")]
    public async Task Target_SpeaksFirst_ResultWithCreditsPrecedesItsData()
    {
        using var target = new TargetPeer();
        await using var hub = await HubUnderTest.StartAsync(OutboundPeer.Settings());
        await using var backend = await OutboundPeer.LoginAsync(hub, target.Port);
        var id = await backend.RequestAsync(target.Address);
        using var accepted = await target.AcceptAsync();
        await accepted.SendAsync("220 ready\r\n"u8.ToArray(), Cancellation);

        var result = await backend.ReceiveAsync();
        var data = await backend.ReceiveAsync();

        Assert.Equal($$"""{"event":"outbound_result","client_id":"{{id}}","success":true,"credits":64,"half_close":true}""", result?.Json.GetRawText());
        Assert.Equal(id, data?.Id);
        Assert.Equal("220 ready\r\n"u8.ToArray(), data?.Data);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("localhost")]
    public async Task Data_BothWaysAtOnce_ArrivesUnchanged(string host)
    {
        Assert.SkipUnless(host != "::1" || Socket.OSSupportsIPv6, "There is no IPv6.");
        using var target = new TargetPeer(IPAddress.TryParse(host, out var address) ? address : null);
        await using var hub = await HubUnderTest.StartAsync(OutboundPeer.Settings());
        await using var backend = await OutboundPeer.LoginAsync(hub);
        var id = await backend.DialAsync(host == "localhost" ? $"localhost:{target.Port}" : target.Address);
        using var accepted = await target.AcceptAsync();
        var there = TestBytes.Of(100_000);
        var back = TestBytes.Of(100_000);

        var receiving = TargetPeer.ReceiveAsync(accepted, there.Length);
        foreach (var piece in there.Chunk(16_384)) await backend.SendDataAsync(id, piece);
        await accepted.SendAsync(back, Cancellation);

        Assert.Equal(there, await receiving);
        Assert.Equal(back, await ReceiveDataAsync(backend, back.Length));
    }

    [Fact]
    [Statement("node 104")]
    public async Task Target_Closes_BackendGetsEverythingThenDisconnect()
    {
        using var target = new TargetPeer();
        await using var hub = await HubUnderTest.StartAsync(OutboundPeer.Settings());
        await using var backend = await OutboundPeer.LoginAsync(hub);
        var id = await backend.DialAsync(target.Address);
        using var accepted = await target.AcceptAsync();

        await accepted.SendAsync("bye"u8.ToArray(), Cancellation);
        accepted.Shutdown(SocketShutdown.Send);

        Assert.Equal("bye"u8.ToArray(), (await backend.ReceiveAsync())?.Data);
        var end = await backend.ReceiveAsync();
        Assert.Equal("disconnect", end?.Event);
        Assert.Equal(id, end?.Id);
        Assert.Empty(await TargetPeer.ReceiveAllAsync(accepted));
        await hub.Metrics.WaitForSumAsync("nexus.hub.streams", 1, ("end", "target_ended"));
        await hub.Metrics.WaitForSumAsync("nexus.hub.outbound.active", 0);
    }

    [Fact]
    [Statement("node 104")]
    public async Task Backend_Disconnects_TargetGetsEverythingThenFin()
    {
        using var target = new TargetPeer();
        await using var hub = await HubUnderTest.StartAsync(OutboundPeer.Settings());
        await using var backend = await OutboundPeer.LoginAsync(hub);
        var id = await backend.DialAsync(target.Address);
        using var accepted = await target.AcceptAsync();
        var sent = TestBytes.Of(40 * 16_384);

        foreach (var piece in sent.Chunk(16_384)) await backend.SendDataAsync(id, piece);
        await backend.SendEventAsync("disconnect", id, ",\"reason\":\"normal\"");

        Assert.Equal(sent, await TargetPeer.ReceiveAllAsync(accepted));
        accepted.Close();
        await hub.Metrics.WaitForSumAsync("nexus.hub.streams", 1, ("end", "backend_ended"));
        await hub.Metrics.WaitForSumAsync("nexus.hub.outbound.active", 0);
    }

    [Fact]
    [Statement("node 104")]
    public async Task Backend_DisconnectsWhileTheTargetStillSends_WhatItSentIsReadToTheEnd()
    {
        using var target = new TargetPeer();
        await using var hub = await HubUnderTest.StartAsync(OutboundPeer.Settings());
        await using var backend = await OutboundPeer.LoginAsync(hub);
        var id = await backend.DialAsync(target.Address);
        using var accepted = await target.AcceptAsync();
        await backend.SendDataAsync(id, "QUIT"u8.ToArray());
        await backend.SendEventAsync("disconnect", id);

        // Its answer crosses our end: a reset for it could take the last request back.
        await accepted.SendAsync("221 bye"u8.ToArray(), Cancellation);

        Assert.Equal("QUIT"u8.ToArray(), await TargetPeer.ReceiveAllAsync(accepted));
    }

    [Fact]
    [Statement("node 103", "node 104")]
    public async Task Backend_Leaves_ItsConnectionsEnd()
    {
        using var target = new TargetPeer();
        await using var hub = await HubUnderTest.StartAsync(OutboundPeer.Settings());
        var backend = await OutboundPeer.LoginAsync(hub);
        await backend.DialAsync(target.Address);
        using var accepted = await target.AcceptAsync();

        await backend.DisposeAsync();

        await Assert.ThrowsAsync<SocketException>(() => TargetPeer.ReceiveAllAsync(accepted));
        await hub.Metrics.WaitForSumAsync("nexus.hub.streams", 1, ("end", "session_lost"));
        await hub.Metrics.WaitForSumAsync("nexus.hub.outbound.active", 0);
    }

    [Fact]
    [Statement("node 103")]
    public async Task Slots_AreFreedByEveryKindOfEnd()
    {
        using var target = new TargetPeer();
        using var closed = FreePort.Reserve();
        await using var hub = await HubUnderTest.StartAsync(OutboundPeer.Settings(("Nexus:Hub:Outbound:MaxConnectionsPerBackend", "1")));
        await using var backend = await OutboundPeer.LoginAsync(hub);

        Assert.Equal(OutboundRefusal.DialFailed.ToReason(), await backend.RefusedAsync($"127.0.0.1:{closed.Port}"));

        var byBackend = await backend.DialAsync(target.Address);
        using var first = await target.AcceptAsync();
        await backend.SendEventAsync("disconnect", byBackend);

        await backend.DialAsync(target.Address);
        using var second = await target.AcceptAsync();
        second.Shutdown(SocketShutdown.Send);
        await backend.ReceiveEventAsync("disconnect");

        await backend.DialAsync(target.Address);
        using var third = await target.AcceptAsync();
        third.LingerState = new LingerOption(true, 0);
        third.Close();
        await backend.ReceiveEventAsync("disconnect");

        await backend.DialAsync(target.Address);
        Assert.Equal(OutboundRefusal.LimitReached.ToReason(), await backend.RefusedAsync(target.Address));
    }

    [Fact]
    [Statement("node 103")]
    public async Task Limit_MinusOne_IsNone()
    {
        using var target = new TargetPeer();
        await using var hub = await HubUnderTest.StartAsync(OutboundPeer.Settings(("Nexus:Hub:Outbound:MaxConnectionsPerBackend", "-1")));
        await using var backend = await OutboundPeer.LoginAsync(hub);
        for (var i = 0; i < 120; i++) await backend.DialAsync(target.Address);
        await hub.Metrics.WaitForSumAsync("nexus.hub.outbound.active", 120);
    }

    [Fact]
    public async Task Credits_BoundWhatTheTargetSends_AndComeBackForWhatItTook()
    {
        using var target = new TargetPeer();
        await using var hub = await HubUnderTest.StartAsync(OutboundPeer.Settings());
        await using var backend = await OutboundPeer.LoginAsync(hub);
        var id = await backend.DialAsync(target.Address);
        using var accepted = await target.AcceptAsync();

        for (var i = 0; i < 8; i++) await backend.SendDataAsync(id, [(byte)i]);
        var grant = await backend.ReceiveEventAsync("resume_stream");
        Assert.Equal(8, grant.Json.GetProperty("credits").GetInt32());

        await backend.SendEventAsync("resume_stream", id, ",\"credits\":2"); // instead of the 64 that are counted without a grant
        await accepted.SendAsync(new byte[3], Cancellation);
        Assert.Equal(3, (await ReceiveDataAsync(backend, 3)).Length);
        await backend.SendEventAsync("ping_client", id);
        Assert.Equal(id, (await backend.ReceiveEventAsync("pong_client")).Id);
    }

    [Fact]
    public async Task Pause_StopsTheTarget_ResumeLetsItGoOn()
    {
        using var target = new TargetPeer();
        await using var hub = await HubUnderTest.StartAsync(OutboundPeer.Settings());
        await using var backend = await OutboundPeer.LoginAsync(hub);
        var id = await backend.DialAsync(target.Address);
        using var accepted = await target.AcceptAsync();
        await backend.SendEventAsync("pause_stream", id);
        await backend.SettleAsync();
        await accepted.SendAsync(new byte[] { 1 }, Cancellation);

        await backend.SendEventAsync("ping_client", id);
        Assert.Equal("pong_client", (await backend.ReceiveAsync())?.Event); // and no data before it

        await backend.SendEventAsync("resume_stream", id);
        Assert.Equal([1], (await backend.ReceiveAsync())?.Data);
    }

    [Fact]
    [Statement("seen 12")]
    public async Task Idle_OneDirectionOnly_IsNotIdle()
    {
        using var target = new TargetPeer();
        await using var hub = await HubUnderTest.StartWithClockAsync(OutboundPeer.Settings(("Nexus:Hub:Outbound:IdleTimeout", "00:00:10")));
        await using var backend = await OutboundPeer.LoginAsync(hub);
        var id = await backend.DialAsync(target.Address);
        using var accepted = await target.AcceptAsync();
        for (var i = 0; i < 5; i++)
        {
            await hub.AdvanceAsync(5);
            await backend.SendDataAsync(id, [1]);
            Assert.Equal([1], await TargetPeer.ReceiveAsync(accepted, 1));
        }

        var ended = backend.ReceiveEventAsync("disconnect");
        await hub.AdvanceAsync(5);
        Assert.False(ended.IsCompleted);
        await hub.AdvanceUntilAsync(ended);
        await hub.Metrics.WaitForSumAsync("nexus.hub.streams", 1, ("end", "idle"));
    }

    [Fact]
    public async Task Hub_Stopping_RefusesNewConnectionsAndLetsOldOnesFinish()
    {
        using var target = new TargetPeer();
        await using var hub = await HubUnderTest.StartAsync(OutboundPeer.Settings());
        await using var backend = await OutboundPeer.LoginAsync(hub);
        var id = await backend.DialAsync(target.Address);
        using var accepted = await target.AcceptAsync();

        var stopping = hub.BeginStop();
        await hub.LoggedAsync("SessionsDrain", 4);
        Assert.Equal(OutboundRefusal.Draining.ToReason(), await backend.RefusedAsync(target.Address));
        await backend.SendDataAsync(id, [9]);
        Assert.Equal([9], await TargetPeer.ReceiveAsync(accepted, 1));
        await backend.SendEventAsync("disconnect", id);
        Assert.Equal(1001, (await backend.ReceiveCloseAsync()).CloseCode);
        await stopping.BoundedAsync();
    }

    private static async Task<byte[]> ReceiveDataAsync(BackendPeer backend, int count)
    {
        using var all = new MemoryStream();
        while (all.Length < count)
        {
            var message = await backend.ReceiveAsync();
            Assert.NotNull(message);
            if (message.Event is null) all.Write(message.Data);
        }

        return all.ToArray();
    }
}
