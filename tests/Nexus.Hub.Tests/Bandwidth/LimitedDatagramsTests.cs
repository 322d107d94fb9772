using Nexus.Hub.Tests.Peers;
using Nexus.Testing;

namespace Nexus.Hub.Tests.Bandwidth;

/// <summary>UDP under a limit of 1 Mbit/s on a clock that stands: what is over it is dropped and counted, in both directions.</summary>
public sealed class LimitedDatagramsTests
{
    private const int DatagramBytes = 1000;
    private const int Round = 100;
    private const int Burst = 131_072;

    private static readonly (string, string)[] s_settings =
        [("Nexus:Hub:Bandwidth:TotalMegabitsPerSecond", "1"), ("Nexus:Hub:Authentication:AllowedUdpPortClaims:0", "53")];

    private int _taken;

    [Theory]
    [InlineData("to_backend")]
    [InlineData("to_user")]
    [Statement("node 131")]
    public async Task Datagrams_OverTheLimit_AreDroppedAndCounted_UntilTimeHasPassed(string direction)
    {
        await using var hub = await HubUnderTest.StartWithClockAsync(s_settings);
        await using var backend = await LoginAsync(hub);
        await using var edge = new FlowPeer(hub);
        edge.Open(1);
        var id = (await backend.ReceiveEventAsync("connect")).Id;

        for (var rounds = 1; rounds <= 3; rounds++) await SendRoundAsync(hub, backend, edge, id, direction, rounds);
        var passed = hub.Metrics.Sum("nexus.hub.datagrams", ("direction", direction));
        Assert.InRange(passed, Burst / 2 / DatagramBytes, Burst / DatagramBytes);
        Assert.Equal((3 * Round) - passed, hub.Metrics.Sum("nexus.hub.datagrams.dropped", ("direction", direction)));
        Assert.Equal((3 * Round) - passed, hub.Metrics.Observe("nexus.hub.bandwidth.dropped"));

        hub.Time.Advance(TimeSpan.FromSeconds(2));
        await SendRoundAsync(hub, backend, edge, id, direction, 4);
        Assert.InRange(hub.Metrics.Sum("nexus.hub.datagrams", ("direction", direction)), passed + (Round / 2), passed + Round);
    }

    [Fact]
    [Statement("node 131")]
    public async Task Datagrams_BothDirections_HaveOneBudget()
    {
        await using var hub = await HubUnderTest.StartWithClockAsync(s_settings);
        await using var backend = await LoginAsync(hub);
        await using var edge = new FlowPeer(hub);
        edge.Open(1);
        var id = (await backend.ReceiveEventAsync("connect")).Id;
        for (var rounds = 1; rounds <= 2; rounds++) await SendRoundAsync(hub, backend, edge, id, "to_backend", rounds);
        await SendRoundAsync(hub, backend, edge, id, "to_user", 1);
        Assert.Equal(Round, hub.Metrics.Sum("nexus.hub.datagrams.dropped", ("direction", "to_user")));
    }

    /// <summary>One more round, until the hub has passed on or dropped each of it, and the edge has what was for it: nothing waits that could be dropped for lack of room.</summary>
    private async Task SendRoundAsync(HubUnderTest hub, BackendPeer backend, FlowPeer edge, Guid id, string direction, int rounds)
    {
        for (var i = 0; i < Round; i++)
        {
            if (direction == "to_user") await backend.SendDataAsync(id, new byte[DatagramBytes]);
            else Assert.True(edge.TrySend(1, new byte[DatagramBytes]));
        }

        for (var roundTrips = 0; Seen() < rounds * Round; roundTrips++)
        {
            Assert.InRange(roundTrips, 0, 10_000);
            await backend.Socket.SendAsync(RawFrame.PingOpcode, []);
            while ((await backend.Socket.ReceiveAsync())?.Opcode is { } opcode && opcode != RawFrame.PongOpcode) { }
        }

        for (; direction == "to_user" && _taken < hub.Metrics.Sum("nexus.hub.datagrams", ("direction", direction)); _taken++) await edge.NextAsync();

        double Seen() => hub.Metrics.Sum("nexus.hub.datagrams", ("direction", direction)) + hub.Metrics.Sum("nexus.hub.datagrams.dropped", ("direction", direction));
    }

    private static Task<BackendPeer> LoginAsync(HubUnderTest hub) => BackendPeer.LoginAsync(
        hub, new Dictionary<string, object?>(TestToken.Claims()) { ["hostnames"] = null, ["udp_routes"] = new[] { new { port = 53 } } });
}
