using Nexus.Protocol.Channels;
using Nexus.Protocol.Channels.Polling;
using Nexus.Testing;

namespace Nexus.Protocol.Tests.Channels.Polling;

/// <summary>The places of the pollers, which are everybody's: these tests run alone.</summary>
[Collection(nameof(SocketPollerTests))]
[CollectionDefinition(nameof(SocketPollerTests), DisableParallelization = true)]
public sealed class SocketPollerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public SocketPollerTests() => Assert.SkipUnless(SocketPoller.IsSupported, "There are pollers on Linux only.");

    [Fact]
    public async Task SocketsOpenedAndClosedInTurn_UseTheSamePlaces()
    {
        await WatchOneAsync(0); // whatever is made once is made
        var (watched, slots) = (SocketPoller.Watched, SocketPoller.Slots);
        for (var i = 0; i < 40 * slots / 10; i++) await WatchOneAsync(i);

        Assert.Equal((watched, slots), (SocketPoller.Watched, SocketPoller.Slots));
    }

    [Fact]
    public async Task SocketThatSomebodyElseHasClosed_GivesItsPlaceBack()
    {
        var watched = SocketPoller.Watched;
        using var pair = await SocketPair.ConnectAsync();
        var channel = new SocketChannel(pair.Near);
        var waiting = channel.WaitToReadAsync(Token).AsTask();
        Assert.Equal(watched + 1, SocketPoller.Watched);
        pair.Near.Dispose();

        channel.Dispose();

        await waiting.BoundedAsync();
        Assert.Equal(watched, SocketPoller.Watched);
    }

    /// <summary>Late news is told to whoever has the place now, if it is believed.</summary>
    [Fact]
    public async Task EventOfAnEarlierOwner_IsNobodys()
    {
        using var first = await SocketPair.ConnectAsync();
        using var second = await SocketPair.ConnectAsync();
        var (earlier, later) = (new PolledSocket(first.Near), new PolledSocket(second.Near));
        var poller = SocketPoller.Next();
        var before = poller.Add(earlier, first.Near.SafeHandle);
        poller.Remove(before, first.Near.SafeHandle);
        var now = poller.Add(later, second.Near.SafeHandle);
        Assert.Equal((uint)before, (uint)now); // the same place
        Assert.NotEqual(before, now);
        var edges = (earlier.Reading.Edges, later.Reading.Edges);

        poller.Report(before, EpollInterop.In);

        Assert.Equal(edges, (earlier.Reading.Edges, later.Reading.Edges));
        poller.Report(now, EpollInterop.In);
        Assert.Equal(edges.Item2 + 1, later.Reading.Edges);
        poller.Remove(now, second.Near.SafeHandle);
    }

    private static async Task WatchOneAsync(int number)
    {
        using var pair = await SocketPair.ConnectAsync();
        using var channel = new SocketChannel(pair.Near);
        var waiting = channel.WaitToReadAsync(Token).AsTask();
        if (number % 2 == 0) await pair.Far.SendAsync(new byte[1], Token);
        else channel.Dispose(); // while it waits
        await waiting.BoundedAsync();
    }
}
