using System.Globalization;
using Nexus.Protocol.Multiplexing;
using Nexus.Protocol.Naming;
using Nexus.Protocol.Peering;
using Nexus.Protocol.WebSockets;
using Nexus.Testing;

namespace Nexus.Protocol.Tests.Multiplexing;

/// <summary>Many tunnels over one link on random schedules, with pauses and announcements between: each byte arrives, in order, and each end.</summary>
public sealed class PeerScheduleTests
{
    private const int Tunnels = 16;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, true)]
    [InlineData(4, true)]
    [InlineData(5, false)] // as between originals, which count nothing before the first grant, and know no half-close
    [InlineData(6, false)]
    [Statement("node 124")]
    public async Task Tunnels_OnRandomSchedules_LoseNothing(int seed, bool areOurs)
    {
        await using var pair = new StreamPair(room: 16 * 1024 * (1 + (seed % 3)));
        await using var origin = new PeerEnd(pair.Near, WebSocketRole.Client, areOurs ? new("near", "us") : null);
        await using var destination = new PeerEnd(pair.Far, WebSocketRole.Server, areOurs ? new("far", "eu") : null);
        var random = new Random(seed);
        var totals = Enumerable.Range(0, 2 * Tunnels).Select(_ => random.Next(300_000)).ToArray();
        var services = Enumerable.Range(0, Tunnels).Select(i => new PatternDuplex(areOurs ? new(Tunnels + i, totals[Tunnels + i], resets: false) : null, new(i))).ToArray();
        var users = Enumerable.Range(0, Tunnels).Select(i => new PatternDuplex(new(i, totals[i], resets: false), new(Tunnels + i))).ToArray();
        destination.Serve = request => services[request.Port - 1];
        origin.Start();
        destination.Start();
        await origin.Announced.Task.BoundedAsync();
        await destination.Announced.Task.BoundedAsync();

        PeerTunnel[] near = [.. users.Select((user, i) => origin.Open(user, "app.test", i + 1))];
        var far = new List<PeerTunnel>();
        for (var i = 0; i < Tunnels; i++) far.Add(await destination.Accepted.Reader.ReadAsync(Token).BoundedAsync());
        var disturbing = DisturbAsync([.. near, .. far], origin.Writer, random);

        foreach (var tunnel in far) await tunnel.Delivered.BoundedAsync();
        foreach (var tunnel in near.Where(_ => areOurs)) await tunnel.Ended.BoundedAsync();
        await disturbing.BoundedAsync();
        Assert.All(services, (service, i) => Assert.Equal((totals[i], true), (service.Hears.Received, service.Hears.IsCompleted)));
        Assert.All(users.Where(_ => areOurs), (user, i) => Assert.Equal((totals[Tunnels + i], true), (user.Hears.Received, user.Hears.IsCompleted)));
        Assert.DoesNotContain(far, tunnel => tunnel.Closed is { IsCompletedSuccessfully: true, Result: "overflow" });
    }

    private static async Task DisturbAsync(PeerTunnel[] tunnels, SessionWriter writer, Random random)
    {
        var paused = new HashSet<PeerTunnel>(); // as a receiver does: pause and resume by turns
        for (ulong i = 2; i < 1_000; i++)
        {
            var tunnel = tunnels[random.Next(tunnels.Length)];
            switch (random.Next(4))
            {
                case 0 or 1 when paused.Remove(tunnel): tunnel.Send.ResumePeer(); break;
                case 0 when paused.Add(tunnel): tunnel.Send.PausePeer(); break;
                case 2: writer.Ping(); break;
                default:
                    if (random.Next(50) == 0) writer.PostText(AnnouncementText.Full(i, [.. Names(random.Next(5_000))], null));
                    break;
            }

            await Task.Yield();
        }

        foreach (var tunnel in paused) tunnel.Send.ResumePeer();
    }

    private static IEnumerable<RouteKey> Names(int count) => Enumerable.Range(0, count).Select(i => RouteKey.ForHost(string.Create(CultureInfo.InvariantCulture, $"n{i}.test")));
}
