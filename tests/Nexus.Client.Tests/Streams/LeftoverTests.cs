using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Client.Tests.Scripted;
using Nexus.Testing;

namespace Nexus.Client.Tests.Streams;

/// <summary>What users leave behind in a session that goes on: nothing. Alone, because the heap is everybody's.</summary>
[Collection(nameof(MemoryTests))]
public sealed class LeftoverTests
{
    private const int Batch = 50;
    private const int Users = 10_000;
    private const int WarmUpUsers = 2_000;

    /// <summary>Far less than a stream takes; buffers that transports keep fill up slowly.</summary>
    private const int BytesOfUser = 1_000;

    private readonly byte[] _buffer = new byte[256 * 1024];

    [Fact]
    [Statement("node 143")]
    public async Task TenThousandUsers_OfOneSession_LeaveNothingBehind()
    {
        await using var client = await ClientUnderTest.StartAsync(services: given => given with
        {
            ConnectHandlers = [(request, _) => new(Choose(request))],
            LoggerFactory = NullLoggerFactory.Instance, // collectors keep everything
            MeterFactory = null,
        });
        var hub = await client.Hub.AcceptAsync();
        await hub.HandshakeAsync();
        await ServeAsync(client, hub, WarmUpUsers);
        var before = Heap.Alive();
        await ServeAsync(client, hub, Users);

        Assert.InRange(Heap.Alive() - before, long.MinValue, (long)Users * BytesOfUser);
        Assert.Empty(client.Client.GetStreams());
        Assert.Equal(WarmUpUsers + Users, client.Client.GetStatistics().StreamsOpened - client.Client.GetStatistics().StreamsFailed);
    }

    /// <summary>Every tenth is served by another process, as it seems; of the rest half leave, and half are left.</summary>
    private async Task ServeAsync(ClientUnderTest client, HubSide hub, int count)
    {
        for (var served = 0; served < count; served += Batch)
        {
            List<Guid> leaving = [];
            for (var i = 0; i < Batch; i++)
            {
                var name = i % 10 == 0 ? "local" : i % 2 == 0 ? "short" : "long";
                var id = await hub.ConnectAsync(hostname: $"{name}.example.test");
                await hub.SendDataAsync(id, [1]);
                if (name == "long") leaving.Add(id);
            }

            for (var i = 0; i < Batch; i += 10) await EchoAsync(client.Service);
            await ReceiveAsync(hub, answers: Batch, ends: Batch - leaving.Count);
            foreach (var id in leaving) await hub.DisconnectAsync(id);
        }

        for (var tries = 0; client.Client.GetStatistics().ActiveStreams > 0; tries++)
        {
            Assert.True(tries < 2_000, "Streams are left.");
            await hub.ConnectAsync(port: 1);
            await ReceiveAsync(hub, answers: 0, ends: 1);
        }
    }

    private async Task ReceiveAsync(HubSide hub, int answers, int ends)
    {
        while (answers > 0 || ends > 0)
        {
            var message = await hub.ReceiveAsync(_buffer);
            if (message.IsData) answers--;
            if (message.Event == "disconnect") ends--;
        }
    }

    private static async Task EchoAsync(LocalService service)
    {
        using var socket = await service.AcceptAsync();
        await LocalService.SendAsync(socket, await LocalService.ReceiveAsync(socket, 1));
    }

    private static NexusConnectResult Choose(NexusConnectRequest request) => request switch
    {
        { Port: not 443 } => NexusConnectResult.Reject("for the test's sake"),
        { Hostname: "local.example.test" } => NexusConnectResult.NoRoute,
        { Hostname: "short.example.test" } => NexusConnectResult.Run(static async (stream, ended) =>
        {
            var one = new byte[1];
            await stream.ReadExactlyAsync(one, ended);
            await stream.WriteAsync(one, ended);
        }),
        _ => NexusConnectResult.Run(static (stream, ended) => stream.CopyToAsync(stream, ended)),
    };
}
