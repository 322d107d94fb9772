using Nexus.Client.Tests.Scripted;
using Nexus.Testing;

namespace Nexus.Client.Tests.Streams;

public sealed class ManyStreamsTests
{
    private const int Users = 1_000;
    private const int Rounds = 4;
    private const int MessageSize = 1_000;

    [Fact]
    [Statement("client 130", "client 92")]
    public async Task OneServiceStands_AllTheOthersGetEverything()
    {
        var (client, hub) = await ClientUnderTest.ConnectAsync(services: services => services with { ConnectHandlers = [(request, _) => new(Choose(request))] });
        await using var _ = client;
        var stalled = await hub.ConnectAsync(hostname: "stalled.example.test");
        for (var i = 0; i < 60; i++) await hub.SendDataAsync(stalled, new byte[16 * 1024]);
        List<Guid> users = [];
        for (var i = 0; i < Users; i++) users.Add(await hub.ConnectAsync(credits: 1_000));
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var id in users) await hub.SendDataAsync(id, new byte[MessageSize]);
        }

        for (var tries = 0; EchoedTo(hub) < (long)Users * Rounds * MessageSize; tries++)
        {
            Assert.True(tries < 2_000, $"Only {EchoedTo(hub)} bytes came back.");
            await hub.RoundTripAsync();
        }

        Assert.Equal(Users, hub.Messages.Where(message => message.IsData).Select(message => message.StreamId).Distinct().Count());
        var waiting = Assert.Single(client.Client.GetStreams(), stream => stream.StreamId == stalled);
        Assert.True(waiting.QueuedBytes > 0);
        Assert.Equal(Users + 1, client.Client.GetStatistics().ActiveStreams);
    }

    private static long EchoedTo(HubSide hub) => hub.Messages.Where(message => message.IsData).Sum(message => (long)message.Payload.Length);

    private static NexusConnectResult Choose(NexusConnectRequest request) => request switch
    {
        { Port: not 443 } => NexusConnectResult.NoRoute,
        { Hostname: "stalled.example.test" } => NexusConnectResult.Run(static (_, ended) => Task.Delay(Timeout.InfiniteTimeSpan, ended)),
        _ => NexusConnectResult.Run(static (stream, ended) => stream.CopyToAsync(stream, ended)),
    };
}
