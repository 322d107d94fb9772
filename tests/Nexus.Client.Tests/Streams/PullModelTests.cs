using System.Net.Sockets;
using Nexus.Client.Tests.Scripted;
using Nexus.Testing;

namespace Nexus.Client.Tests.Streams;

/// <summary>
/// What spec/client.md §8 promises of the original's queue, shown on ours: bytes for the user wait in the local service's own
/// socket until the hub takes them, so there is no queue to flush, to lend credits for, or to cut off.
/// </summary>
public sealed class PullModelTests
{
    private const int FrameSize = 16 * 1024;

    [Fact]
    [Statement("client 91")]
    public async Task Credits_CountFramesAndNotBytes()
    {
        var (client, hub) = await ClientUnderTest.ConnectAsync();
        await using var _ = client;
        var id = await hub.ConnectAsync(credits: 3);
        using var local = await client.Service.AcceptAsync();
        local.NoDelay = true;
        for (var i = 0; i < 3; i++)
        {
            await LocalService.SendAsync(local, [1]);
            await hub.WaitForFramesAsync(id, i + 1);
        }

        await LocalService.SendAsync(local, [1]);
        await hub.RoundTripAsync(); // a connect, a grant and a disconnect cost nothing
        Assert.Equal(3, hub.FramesOf(id));
        await hub.GrantAsync(id, 1);
        await hub.WaitForFramesAsync(id, 4);
    }

    [Fact]
    [Statement("client 95")]
    public async Task NothingToSend_NoFrameIsSentOnCreditHoweverLong()
    {
        var time = new ManualTimeProvider();
        var (client, hub) = await ClientUnderTest.ConnectAsync(time);
        await using var _ = client;
        var id = await hub.ConnectAsync(credits: 1);
        using var local = await client.Service.AcceptAsync();
        await LocalService.SendAsync(local, [1]);
        await hub.WaitForFramesAsync(id, 1);
        await AdvanceAsync(time, hub, 40);
        Assert.Equal(1, hub.FramesOf(id));
        Assert.Equal(0, client.Metrics.Sum("nexus.client.stall_probes"));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(40)]
    [Statement("client 96", "client 97")]
    public async Task ServiceEndsWithoutCredit_NothingIsLentAndNothingIsLost(int frames)
    {
        var (client, hub) = await ClientUnderTest.ConnectAsync();
        await using var _ = client;
        var id = await hub.ConnectAsync(credits: 1);
        using var local = await client.Service.AcceptAsync();
        var answer = new byte[frames * FrameSize];
        Random.Shared.NextBytes(answer);
        await LocalService.SendAsync(local, answer);
        local.Shutdown(SocketShutdown.Send);
        await hub.WaitForFramesAsync(id, 1);
        await hub.RoundTripAsync();
        Assert.Equal(1, hub.FramesOf(id));

        // Every grant is used, and the end comes behind the last byte.
        while (hub.DataOf(id).Length < answer.Length)
        {
            var sent = hub.FramesOf(id);
            await hub.GrantAsync(id, 1);
            await hub.WaitForFramesAsync(id, sent + 1);
        }

        Assert.Equal(answer, hub.DataOf(id));
        Assert.Equal("normal", (await hub.WaitForControlAsync(id, "disconnect")).Reason);
    }

    [Fact]
    [Statement("client 87", "client 104", "seen 2")]
    public async Task SlowUser_OfAHubThatForgetsAtTheEnd_LosesNothing()
    {
        const int Size = 8 * 1024 * 1024;
        const int Forgotten = 7; // a hub acknowledges in eights: the last ones are estimated, and the user's socket has them
        var (client, hub) = await ClientUnderTest.ConnectAsync();
        await using var _ = client;
        var id = await hub.ConnectAsync();
        using var local = await client.Service.AcceptAsync();
        var sending = SendAllAsync(local, Size);
        var (delivered, granted, bytes, most) = (0, 0, 0, 0);
        while (bytes < Size)
        {
            await hub.WaitForFramesAsync(id, delivered + 1);
            var frames = hub.Messages.Where(message => message.IsData && message.StreamId == id).ToArray();
            most = Math.Max(most, frames.Length - delivered);
            for (var i = 0; i < 8 && delivered < frames.Length; i++) bytes += frames[delivered++].Payload.Length;
            var isEnded = hub.Messages.Any(message => message.Event == "disconnect" && message.StreamId == id);
            Assert.False(isEnded && hub.FramesOf(id) - delivered > Forgotten, $"The end came with {hub.FramesOf(id) - delivered} frames not delivered.");
            for (; delivered - granted >= 8; granted += 8) await hub.GrantAsync(id, 8);
        }

        await sending;
        Assert.Equal("normal", (await hub.WaitForControlAsync(id, "disconnect")).Reason);
        Assert.InRange(most, 1, 72);
    }

    [Fact]
    [Statement("client 83")]
    public async Task HubEnds_ServiceTakesItsTime_GetsEverything()
    {
        var time = new ManualTimeProvider();
        await using var pair = new StreamPair(room: 1_000);
        var (client, hub) = await ClientUnderTest.ConnectAsync(time, services: services => services with { ConnectHandlers = [(request, _) => new(request.Port == 443 ? NexusConnectResult.FromStream(pair.Near) : NexusConnectResult.NoRoute)] });
        await using var _ = client;
        var id = await hub.ConnectAsync();
        for (byte i = 0; i < 50; i++) await hub.SendDataAsync(id, Enumerable.Repeat(i, 1_000).ToArray());
        await hub.DisconnectAsync(id);
        // Something is taken every 8 s: nobody cuts it off, neither after 50 ms nor after 10 s.
        for (byte i = 0; i < 50; i++)
        {
            if (i % 10 == 0) await AdvanceAsync(time, hub, 8);
            var piece = new byte[1_000];
            await pair.Far.ReadExactlyAsync(piece, TestContext.Current.CancellationToken).BoundedAsync();
            Assert.All(piece, value => Assert.Equal(i, value));
        }
    }

    private static async Task SendAllAsync(Socket socket, int size)
    {
        var piece = new byte[64 * 1024];
        for (var sent = 0; sent < size; sent += piece.Length) await LocalService.SendAsync(socket, piece);
        socket.Shutdown(SocketShutdown.Send);
    }

    /// <summary>Second by second, so that the session is not silent meanwhile.</summary>
    private static async Task AdvanceAsync(ManualTimeProvider time, HubSide hub, int seconds)
    {
        for (var i = 0; i < seconds; i++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await hub.RoundTripAsync();
        }
    }
}
