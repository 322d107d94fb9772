using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;
using Nexus.Contracts.Carriers;
using Nexus.Contracts.Carriers.HandOver;
using Nexus.Edge.Tests.Fakes;
using Nexus.Protocol.Channels;

namespace Nexus.Edge.Tests.HandOver;

/// <summary>Port 80 of an edge whose hub is on the same host: its streams go by pairs of sockets.</summary>
[SupportedOSPlatform("linux")]
public sealed class PlainHttpHandOverTests
{
    private const string Request = "GET /1 HTTP/1.1\r\nHost: app.test\r\n\r\n";
    private const string Answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Connection_GoesByAPair_AndCountsAsHandedOver()
    {
        await using var scene = await Scene.StartAsync();
        var arrival = await scene.Hub.NextAsync();
        Assert.Equal(("app.test", false, scene.Edge.HttpPort, scene.User.LocalEndPoint.ToString()), (arrival.Open.Host, arrival.Open.IsTls, arrival.Open.LocalPort, arrival.Open.ClientAddress));
        var backend = await AcceptAsync(arrival);
        await WriteAsync(backend, Answer);

        Assert.EndsWith("ok", await scene.User.ReceiveUntilAsync("ok"), StringComparison.Ordinal);
        Assert.Equal(0, scene.Edge.Hub.Opened); // nobody asked the other way
        Assert.Equal(1, scene.Edge.Metrics.Sum("nexus.edge.streams", ("nexus.carrier", "hand_over")));
    }

    [Fact]
    public async Task HubThatRefuses_IsAskedNoOtherWay()
    {
        await using var scene = await Scene.StartAsync();
        await (await scene.Hub.NextAsync()).RefuseAsync(OpenRefusal.Unavailable, "draining");
        Assert.StartsWith("HTTP/1.1 503 ", await scene.User.ReceiveUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
        Assert.Equal(0, scene.Edge.Hub.Opened);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AnswerWithoutLength_IsCompleteOnlyWithTheHubsFin(bool isOrderly)
    {
        await using var scene = await Scene.StartAsync();
        var arrival = await scene.Hub.NextAsync();
        var backend = await AcceptAsync(arrival);
        await WriteAsync(backend, "HTTP/1.1 200 OK\r\n\r\nhalf");
        Assert.Contains("200 OK", await scene.User.ReceiveUntilAsync("half"), StringComparison.Ordinal);
        if (isOrderly) await backend.CompleteWritesAsync(Cancellation);
        arrival.LetGo(); // the same for the kernel
        await arrival.EndAsync(isOrderly ? "backend_ended" : "session_lost", 0, 0);

        if (isOrderly) Assert.EndsWith("0\r\n\r\n", await scene.User.ReceiveUntilAsync("0\r\n\r\n"), StringComparison.Ordinal);
        else Assert.DoesNotContain("0\r\n\r\n", await ReadToAnyEndAsync(scene.User), StringComparison.Ordinal);
    }

    [Fact]
    public async Task UserWhoLeaves_IsGoneForTheHub()
    {
        await using var scene = await Scene.StartAsync();
        var arrival = await scene.Hub.NextAsync();
        await AcceptAsync(arrival);
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = arrival.Gone.Register(gone.SetResult);
        scene.User.Dispose();
        await gone.Task.BoundedAsync();
    }

    /// <summary>The backend's end, after it has read the request's first line.</summary>
    private static async Task<SocketPairChannel> AcceptAsync(HandOverArrival arrival)
    {
        var channel = arrival.Pair ?? throw new InvalidOperationException("A user's own socket.");
        Assert.True(await arrival.AcceptAsync());
        var buffer = new byte[4_096];
        var have = 0;
        while (!Encoding.ASCII.GetString(buffer, 0, have).Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            await channel.WaitToReadAsync(Cancellation).BoundedAsync();
            var read = channel.TryRead(buffer.AsSpan(have));
            Assert.True(read.Status is ChannelReadStatus.Data or ChannelReadStatus.Empty);
            have += read.Count;
        }

        Assert.StartsWith("GET /1 HTTP/1.1\r\n", Encoding.ASCII.GetString(buffer, 0, have), StringComparison.Ordinal);
        return channel;
    }

    /// <summary>What comes before a FIN or a reset.</summary>
    private static async Task<string> ReadToAnyEndAsync(User user)
    {
        var all = new StringBuilder();
        var one = new byte[1];
        try
        {
            while (await user.ReceiveSomeAsync(one) > 0) all.Append((char)one[0]);
        }
        catch (SocketException)
        {
            // A reset.
        }

        return all.ToString();
    }

    private static Task WriteAsync(SocketPairChannel backend, string text) => backend.WriteAsync(Encoding.ASCII.GetBytes(text), Cancellation).BoundedAsync();

    /// <summary>An edge with a hub on its host, and a user that has asked for something.</summary>
    private sealed class Scene(EdgeUnderTest edge, HandOverHub hub, User user) : IAsyncDisposable
    {
        public EdgeUnderTest Edge => edge;

        public HandOverHub Hub => hub;

        public User User => user;

        public static async Task<Scene> StartAsync()
        {
            var (edge, hub) = await HandOverHub.StartAsync();
            var user = await User.ConnectAsync(edge.HttpPort);
            await user.SendAsync(Request);
            return new(edge, hub, user);
        }

        public async ValueTask DisposeAsync()
        {
            user.Dispose();
            await hub.DisposeAsync();
            await edge.DisposeAsync();
        }
    }
}
