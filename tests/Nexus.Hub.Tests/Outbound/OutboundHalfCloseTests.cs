using System.Net.Sockets;
using Nexus.Hub.Tests.Peers;
using Nexus.Testing;

namespace Nexus.Hub.Tests.Outbound;

/// <summary>A FIN of either side of an outbound connection is passed on, and the other direction goes on (PROTOCOL.md §3.4).</summary>
public sealed class OutboundHalfCloseTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    [Statement("seen 3")]
    public async Task Target_Ends_BackendThatKnowsHowGoesOnSending()
    {
        using var target = new TargetPeer();
        await using var hub = await HubUnderTest.StartAsync(OutboundPeer.Settings());
        await using var backend = await OutboundPeer.LoginAsync(hub);
        var (id, accepted) = await DialAsync(backend, target);
        using var _ = accepted;

        await accepted.SendAsync("bye"u8.ToArray(), Cancellation);
        accepted.Shutdown(SocketShutdown.Send);
        Assert.Equal("bye"u8.ToArray(), (await backend.ReceiveAsync())?.Data);
        Assert.Equal(id, (await backend.ReceiveEventAsync("half_close")).Id);

        await backend.SendDataAsync(id, "more"u8.ToArray());
        Assert.Equal("more"u8.ToArray(), await TargetPeer.ReceiveAsync(accepted, 4));
        await backend.SendEventAsync("disconnect", id);
        Assert.Empty(await TargetPeer.ReceiveAllAsync(accepted));
        await hub.Metrics.WaitForSumAsync("nexus.hub.streams", 1, ("end", "backend_ended"));
        await hub.Metrics.WaitForSumAsync("nexus.hub.outbound.active", 0);
    }

    [Fact]
    [Statement("seen 3")]
    public async Task Backend_HalfCloses_TargetGetsTheFinAndItsAnswerArrives()
    {
        using var target = new TargetPeer();
        await using var hub = await HubUnderTest.StartAsync(OutboundPeer.Settings());
        await using var backend = await OutboundPeer.LoginAsync(hub);
        var (id, accepted) = await DialAsync(backend, target);
        using var _ = accepted;

        await backend.SendDataAsync(id, "QUIT"u8.ToArray());
        await backend.SendEventAsync("half_close", id);
        Assert.Equal("QUIT"u8.ToArray(), await TargetPeer.ReceiveAllAsync(accepted));
        await accepted.SendAsync("221 bye"u8.ToArray(), Cancellation);
        accepted.Shutdown(SocketShutdown.Send);

        Assert.Equal("221 bye"u8.ToArray(), (await backend.ReceiveAsync())?.Data);
        await backend.ReceiveEventAsync("half_close");
        await backend.SendEventAsync("disconnect", id);
        await hub.Metrics.WaitForSumAsync("nexus.hub.streams", 1, ("end", "backend_ended"));
    }

    [Fact]
    public async Task HalfClosed_AndNothingMoves_Ends()
    {
        using var target = new TargetPeer();
        await using var hub = await HubUnderTest.StartWithClockAsync(OutboundPeer.Settings(("Nexus:Hub:Sessions:HalfClosedIdleTimeout", "00:00:10")));
        await using var backend = await OutboundPeer.LoginAsync(hub);
        var (id, accepted) = await DialAsync(backend, target);
        using var _ = accepted;
        accepted.Shutdown(SocketShutdown.Send);
        Assert.Equal(id, (await backend.ReceiveEventAsync("half_close")).Id);

        await hub.AdvanceUntilAsync(backend.ReceiveEventAsync("disconnect"));

        await hub.Metrics.WaitForSumAsync("nexus.hub.streams", 1, ("end", "half_closed_idle"));
        await hub.Metrics.WaitForSumAsync("nexus.hub.outbound.active", 0);
    }

    /// <summary>A connection whose backend has said that it understands `half_close`.</summary>
    private static async Task<(Guid Id, Socket Accepted)> DialAsync(BackendPeer backend, TargetPeer target)
    {
        var id = await backend.RequestAsync(target.Address);
        var accepted = await target.AcceptAsync();
        Assert.True((await backend.ReceiveEventAsync("outbound_result")).Json.GetProperty("half_close").GetBoolean());
        await backend.SendEventAsync("resume_stream", id, ",\"credits\":64,\"half_close\":true");
        await backend.SettleAsync();
        return (id, accepted);
    }
}
