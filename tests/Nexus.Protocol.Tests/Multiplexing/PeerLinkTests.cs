using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Nexus.Protocol.Backend;
using Nexus.Protocol.Channels;
using Nexus.Protocol.Naming;
using Nexus.Protocol.Peering;
using Nexus.Protocol.WebSockets;
using Nexus.Testing;

namespace Nexus.Protocol.Tests.Multiplexing;

/// <summary>Two nodes' ends of one link: users here, services there.</summary>
public sealed class PeerLinkTests
{
    private const int Size = 2 << 20;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(WebSocketRole.Client)]
    [InlineData(WebSocketRole.Server)]
    [Statement("node 118", "node 124")]
    public async Task Tunnels_BothWaysAtOnce_ArriveWhole_EachDirectionWithItsOwnEnd(WebSocketRole originRole)
    {
        await using var link = await Link.ConnectAsync(originRole);
        var users = new List<Task>();
        for (var i = 0; i < 6; i++)
        {
            var (user, tunnel, service, _) = await link.OpenAsync();
            users.Add(ExchangeAsync(user, service));
            users.Add(tunnel.Ended);
        }

        await Task.WhenAll(users).BoundedAsync();
    }

    [Fact]
    [Statement("node 123", "node 118")]
    public async Task Service_ThatNeverReads_DelaysNobody_AndGets64FramesAtMost()
    {
        await using var link = await Link.ConnectAsync(WebSocketRole.Client);
        var (greedy, stuck, _, far) = await link.OpenAsync(bufferSize: 8 * 1024);
        using var stop = new CancellationTokenSource();
        var flooding = FloodAsync(greedy, new byte[64 * 1024], stop.Token);

        for (var i = 0; i < 3; i++)
        {
            var (user, _, service, _) = await link.OpenAsync();
            await ExchangeAsync(user, service).BoundedAsync();
        }

        await UntilAsync(() => stuck.Send.IsWaitingForCredit && far.QueuedFrames > 0);
        Assert.InRange(far.QueuedFrames, 1, PeerFrame.Window);
        Assert.False(far.Closed.IsCompleted, "more than 64 frames came");
        await stop.CancelAsync();
        await flooding;
    }

    [Fact]
    public async Task Backend_EndsAtOnce_EverythingBeforeItIsDelivered()
    {
        await using var link = await Link.ConnectAsync(WebSocketRole.Client);
        var (user, tunnel, service, far) = await link.OpenAsync(bufferSize: 16 * 1024);
        var chunk = RandomNumberGenerator.GetBytes(64 * 1024);
        using var stop = new CancellationTokenSource();
        var flooding = FloodAsync(service, chunk, stop.Token);
        await UntilAsync(() => far.Send.IsWaitingForCredit); // the user reads nothing
        far.Send.Finish(PeerCloseReason.Orderly.ToText());
        await stop.CancelAsync();
        await flooding;

        Assert.Equal(DisconnectReason.Normal, await tunnel.Closed.BoundedAsync());
        var answer = await ReadAllAsync(user);
        Assert.Equal(far.Send.BytesSent, answer.Length);
        Assert.All(answer.Chunk(chunk.Length), piece => Assert.Equal(chunk[..piece.Length], piece));
    }

    [Fact]
    public async Task Request_ForNobody_IsAnsweredWithAClose()
    {
        await using var link = await Link.ConnectAsync(WebSocketRole.Server);
        link.Destination.Serve = _ => null;
        using var sockets = await SocketPair.ConnectAsync();
        var tunnel = link.Origin.Open(new SocketChannel(sockets.Near), "nobody.test");

        Assert.Equal(PeerCloseReason.NoBackend, PeerCloseReasonText.Find(await tunnel.Closed.BoundedAsync()));
        Assert.Equal(0, await sockets.Far.ReceiveAsync(new byte[1], Token).BoundedAsync());
    }

    [Fact]
    public async Task Announcement_Of100000Names_BesideTunnels_ArrivesWhole()
    {
        await using var link = await Link.ConnectAsync(WebSocketRole.Client);
        var (user, _, service, _) = await link.OpenAsync();
        RouteKey[] names = [.. Enumerable.Range(0, 100_000).Select(i => RouteKey.ForHost($"service-{i}.customer.example.test"))];

        link.Destination.Writer.PostText(AnnouncementText.Full(2, names, new("far", "eu")));
        var exchanging = ExchangeAsync(user, service);
        link.Destination.Writer.PostText(AnnouncementText.Delta(3, 2, [RouteKey.ForTcpPort(25)], [names[7]]));

        await exchanging.BoundedAsync();
        await UntilAsync(() => link.Origin.Routes.Version == 3);
        Assert.Equal((100_000, true, false), (link.Origin.Routes.Count, link.Origin.Routes.Contains(RouteKey.ForTcpPort(25)), link.Origin.Routes.Contains(names[7])));
    }

    private static async Task ExchangeAsync(Socket user, Socket service)
    {
        var (question, answer) = (RandomNumberGenerator.GetBytes(Size), RandomNumberGenerator.GetBytes(Size));
        var asking = WriteAllAsync(user, question);
        var answering = WriteAllAsync(service, answer, endsAfter: ExpectAsync(service, question));
        Assert.Equal(answer, await ReadAllAsync(user));
        await asking;
        await answering;
    }

    /// <summary>Ends its direction once <paramref name="endsAfter"/> has: the user's FIN has come first, so only a half-close was it.</summary>
    private static async Task WriteAllAsync(Socket socket, byte[] bytes, Task? endsAfter = null)
    {
        for (var offset = 0; offset < bytes.Length;) offset += await socket.SendAsync(bytes.AsMemory(offset), Token);
        if (endsAfter is not null) await endsAfter;
        socket.Shutdown(SocketShutdown.Send);
    }

    private static async Task ExpectAsync(Socket socket, byte[] bytes) => Assert.Equal(bytes, await ReadAllAsync(socket));

    private static async Task UntilAsync(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string what = "") =>
        await Eventually.SucceedsAsync(() => Task.FromResult(condition()), () => what);

    private static async Task FloodAsync(Socket socket, byte[] chunk, CancellationToken stop)
    {
        try
        {
            while (true) await socket.SendAsync(chunk, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Long enough.
        }
    }

    private static async Task<byte[]> ReadAllAsync(Socket socket)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int count;
        while ((count = await socket.ReceiveAsync(buffer, Token).BoundedAsync()) > 0) bytes.Write(buffer, 0, count);
        return bytes.ToArray();
    }

    /// <summary>Two nodes of ours that have heard of each other.</summary>
    private sealed class Link : IAsyncDisposable
    {
        private readonly SocketPair _sockets;
        private readonly List<SocketPair> _others = [];
        private SocketPair? _service;

        private Link(SocketPair sockets, WebSocketRole originRole)
        {
            _sockets = sockets;
            Origin = new(new NetworkStream(sockets.Near), originRole, new("near", "us"));
            Destination = new(new NetworkStream(sockets.Far), originRole == WebSocketRole.Client ? WebSocketRole.Server : WebSocketRole.Client, new("far", "eu"))
            {
                Serve = _ => new SocketChannel((_service ?? throw new InvalidOperationException()).Near),
            };
        }

        public PeerEnd Origin { get; }

        public PeerEnd Destination { get; }

        public static async Task<Link> ConnectAsync(WebSocketRole originRole)
        {
            var link = new Link(await SocketPair.ConnectAsync(), originRole);
            link.Origin.Start();
            link.Destination.Start();
            await link.Origin.Announced.Task.BoundedAsync();
            await link.Destination.Announced.Task.BoundedAsync();
            return link;
        }

        /// <summary>A user's socket, the tunnel's near end, the service's socket, the tunnel's far end.</summary>
        public async Task<(Socket User, PeerTunnel Tunnel, Socket Service, PeerTunnel Far)> OpenAsync(int? bufferSize = null)
        {
            var (user, service) = (await SocketPair.ConnectAsync(bufferSize), await SocketPair.ConnectAsync(bufferSize));
            _others.AddRange([user, service]);
            _service = service;
            var tunnel = Origin.Open(new SocketChannel(user.Near), "app.test");
            var far = await Destination.Accepted.Reader.ReadAsync(Token).BoundedAsync();
            return (user.Far, tunnel, service.Far, far);
        }

        public async ValueTask DisposeAsync()
        {
            await Origin.DisposeAsync();
            await Destination.DisposeAsync();
            _sockets.Dispose();
            foreach (var sockets in _others) sockets.Dispose();
        }
    }
}
