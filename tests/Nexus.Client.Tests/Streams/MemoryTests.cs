using System.Net.Sockets;
using Nexus.Client.Tests.Scripted;
using Nexus.Testing;

namespace Nexus.Client.Tests.Streams;

/// <summary>What slow users and slow services cost. Alone, because the heap is everybody's.</summary>
[Collection(nameof(MemoryTests))]
[CollectionDefinition(nameof(MemoryTests), DisableParallelization = true)]
public sealed class MemoryTests
{
    private const int Streams = 64;
    private const int Credits = 8;
    private const int FrameSize = 16 * 1024;

    [Fact]
    [Statement("seen 8")]
    public async Task Downloads_64OfThemStalled_CostLessThan128KiBEach_AndNothingWhenTheyAreGone()
    {
        var (client, hub) = await ClientUnderTest.ConnectAsync();
        await using var _ = client;
        await hub.RoundTripAsync();
        var before = Heap.Alive();
        using var stop = new CancellationTokenSource();
        List<(Guid Id, Socket Socket, Task Sending)> downloads = [];
        for (var i = 0; i < Streams; i++)
        {
            var id = await hub.ConnectAsync(credits: Credits);
            var socket = await client.Service.AcceptAsync();
            downloads.Add((id, socket, SendWithoutEndAsync(socket, stop.Token)));
        }

        foreach (var (id, _, _) in downloads) await hub.WaitForFramesAsync(id, Credits);
        await hub.RoundTripAsync();
        // The test's hub keeps what it gets; all the rest is the client.
        var received = hub.Messages.Where(message => message.IsData).Sum(message => (long)message.Payload.Length);
        Assert.InRange(Heap.Alive() - before - received, long.MinValue, Streams * 128 * 1024);
        Assert.Equal(Streams, client.Client.GetStatistics().StreamsWaitingForCredit);
        Assert.Equal(0, client.Client.GetStatistics().BufferedBytes);

        foreach (var (id, _, _) in downloads) await hub.DisconnectAsync(id);
        await client.Metrics.WaitForSumAsync("nexus.client.active_streams", 0).BoundedAsync();
        await stop.CancelAsync();
        foreach (var (_, socket, sending) in downloads)
        {
            socket.Dispose();
            await sending.BoundedAsync();
        }

        downloads.Clear();
        Assert.InRange(Heap.Alive() - before - received, long.MinValue, Streams * 128 * 1024);
    }

    [Fact]
    [Statement("seen 8")]
    public async Task Uploads_ServicesTakeNothing_StayWithinTheSessionsLimit()
    {
        const long Limit = 16 * 1024 * 1024;
        List<StreamPair> services = [];
        var (client, hub) = await ClientUnderTest.ConnectAsync(
            configure: options => options.FlowControl.MaxBufferedBytes = Limit,
            services: given => given with { ConnectHandlers = [(request, _) => new(request.Port == 443 ? Stuck() : NexusConnectResult.NoRoute)] });
        await using var _ = client;
        List<Guid> users = [];
        for (var i = 0; i < Streams; i++) users.Add(await hub.ConnectAsync());
        // As much as the hub may send: 128 MiB.
        for (var frame = 0; frame < 64; frame++)
        {
            foreach (var id in users) await hub.SendDataAsync(id, new byte[32 * 1024]);
            // What a stream that was ended still holds is freed a moment later; this hub does not wait for that by itself.
            await Eventually.SucceedsAsync(() => Task.FromResult(client.Client.GetStatistics().BufferedBytes <= 2 * Limit), () => "It holds too much for good.");
        }

        await hub.RoundTripAsync();
        Assert.Contains(hub.Messages, message => message.Event == "pause_stream");
        Assert.Contains(hub.Messages, message => message.Event == "disconnect" && message.Reason == "buffer_full");

        // A user of another service is served all the while.
        client.Client.UseConnectHandlers([]);
        var other = await hub.ConnectAsync();
        using var local = await client.Service.AcceptAsync();
        await hub.SendDataAsync(other, [1]);
        await LocalService.ReceiveAsync(local, 1);
        foreach (var id in users) await hub.DisconnectAsync(id);
        foreach (var service in services) await service.DisposeAsync();
        await client.Metrics.WaitForSumAsync("nexus.client.active_streams", 1).BoundedAsync();
        Assert.Equal(0, client.Client.GetStatistics().BufferedBytes);

        NexusConnectResult Stuck()
        {
            var pair = new StreamPair(room: 1);
            lock (services) services.Add(pair);
            return NexusConnectResult.FromStream(pair.Near);
        }
    }

    private static async Task SendWithoutEndAsync(Socket socket, CancellationToken stop)
    {
        var piece = new byte[64 * 1024];
        try
        {
            while (true) await socket.SendAsync(piece, stop);
        }
        catch (Exception ex) when (ex is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The user has left.
        }
    }
}
