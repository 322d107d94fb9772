using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Nexus.Testing;

namespace Nexus.SystemTests.Processes;

/// <summary>Port 80, whose connections to backends are the edge's own: bulk, upgrades, and answers that only their end completes.</summary>
public abstract class PlainHttpTests(SystemUnderTest system)
{
    private const long Bulk = 64 << 20;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>How many ends of pairs of sockets the edge has for a connection: one, or none.</summary>
    private protected abstract int Pairs { get; }

    [Fact]
    public async Task Connection_GoesByItsCarrier()
    {
        await Eventually.SucceedsAsync(async () => await CountAsync() == 0, () => "Streams of other tests stayed open.");
        var (user, service) = await system.Raw.ConnectAsync(system.PlainPort);
        using var _ = user;
        using var __ = service;
        Assert.Equal(Pairs, await CountAsync());

        Task<int> CountAsync() => UnixSockets.CountUnnamedAsync(system.Edge.Process.Id);
    }

    [Fact]
    public async Task Download_ArrivesUnchanged()
    {
        using var user = system.Origin.CreateUser(system.PlainPort);
        await using var body = await user.GetStreamAsync(Http($"/bytes/{Bulk}"), Cancellation);
        Assert.Equal(TestOrigin.HashOf(TestOrigin.Blocks(Bulk)), await TestOrigin.HashOfAsync(body, Cancellation).WaitAsync(TestTimeouts.Long, Cancellation));
    }

    [Fact]
    public async Task Upload_ArrivesUnchanged()
    {
        using var user = system.Origin.CreateUser(system.PlainPort);
        using var answer = await user.PostAsync(Http("/hash"), new BlockContent(Bulk), Cancellation).WaitAsync(TestTimeouts.Long, Cancellation);
        Assert.Equal(TestOrigin.HashOf(TestOrigin.Blocks(Bulk)), await answer.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task WebSocket_Echoes()
    {
        using var user = system.Origin.CreateUser(system.PlainPort);
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://app.test:{system.PlainPort}/echo"), user, Cancellation).BoundedAsync();
        await socket.SendAsync("are you there?"u8.ToArray(), WebSocketMessageType.Text, true, Cancellation);
        var buffer = new byte[100];
        var received = await socket.ReceiveAsync(buffer.AsMemory(), Cancellation).BoundedAsync();
        Assert.Equal("are you there?", Encoding.UTF8.GetString(buffer, 0, received.Count));
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Cancellation).BoundedAsync();
    }

    [Fact]
    public async Task AnswerThatItsEndCompletes_IsWhole_AndComplete()
    {
        var content = new string('x', 3_000_000);
        var (user, service) = await system.Raw.ConnectAsync(system.PlainPort);
        using var _ = user;
        using var __ = service;
        var reading = PlainAnswer.ReadAsync(user);
        await service.SendAsync(PlainAnswer.Begin(content), Cancellation).BoundedAsync();
        service.Shutdown(SocketShutdown.Send);
        var answer = await reading;
        Assert.True(answer.IsComplete);
        Assert.Equal(content.Length, answer.ContentLength);
    }

    [Fact]
    public async Task UserWhoLeaves_IsMissedByTheService()
    {
        var (user, service) = await system.Raw.ConnectAsync(system.PlainPort);
        using var _ = service;
        await service.SendAsync(PlainAnswer.Begin("the beginning"), Cancellation).BoundedAsync();
        user.Dispose();
        Assert.True(await service.IsEndedAsync(), "The service's connection stayed open.");
    }

    private Uri Http(string path) => new($"http://app.test:{system.PlainPort}{path}");
}
