using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;
using Nexus.Contracts.Carriers;
using Nexus.Contracts.Carriers.HandOver;
using Nexus.Hub.Announcing;
using Nexus.Hub.Tests.Peers;
using Nexus.Testing;

namespace Nexus.Hub.Tests.HandOver;

/// <summary>A whole hub that is given users' sockets; the test is the edge, the user and the backend.</summary>
[SupportedOSPlatform("linux")]
public sealed class HandedOverUsersTests : IDisposable
{
    private static readonly byte[] s_lastWords = "sorry"u8.ToArray();

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private (string Key, string Value) Path => ("Nexus:Hub:HandOver:SocketPath", _folder.PathOf("hub.sock"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task User_IsServed_FromItsFirstBytesToItsEnd_AndTheEdgeHearsOfIt()
    {
        await using var hub = await HubUnderTest.StartAsync(Path);
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await using var edge = new HandOverCarrier(new(), TimeProvider.System);
        using var user = await SocketPair.ConnectAsync();
        var stream = await HandOverAsync(hub, edge, user, [1, 2, 3]);
        var connect = await backend.ReceiveEventAsync("connect");
        Assert.Equal([1, 2, 3], (await backend.ReceiveAsync())?.Data);
        await user.Near.SendAsync(new byte[] { 4 }, Cancellation);
        Assert.Equal([4], (await backend.ReceiveAsync())?.Data);

        await backend.SendDataAsync(connect.Id, [5, 6]);
        await backend.SendEventAsync("disconnect", connect.Id);
        Assert.Equal([5, 6], await ReadToEndAsync(user.Near));
        user.Near.Dispose();
        Assert.Equal(new HandOverEnd("backend_ended", 4, 2), await stream.Ended.BoundedAsync());
    }

    [Fact]
    public async Task User_WhoStillSendsAfterItsAnswer_GetsAllOfIt()
    {
        var answer = new byte[300_000];
        Random.Shared.NextBytes(answer);
        await using var hub = await HubUnderTest.StartAsync(Path);
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await using var edge = new HandOverCarrier(new(), TimeProvider.System);
        using var user = await SocketPair.ConnectAsync();
        var stream = await HandOverAsync(hub, edge, user, [1]);
        var connect = await backend.ReceiveEventAsync("connect");
        foreach (var part in answer.Chunk(30_000)) await backend.SendDataAsync(connect.Id, part);
        await backend.SendEventAsync("disconnect", connect.Id);
        for (var i = 0; i < 20; i++) await user.Near.SendAsync(new byte[10_000], Cancellation); // unread, it would make the close a reset

        Assert.Equal(answer, await ReadToEndAsync(user.Near));
        user.Near.Dispose();
        Assert.Equal("backend_ended", (await stream.Ended.BoundedAsync()).Reason);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task User_WhoseBackendFailsBeforeItAnswers_IsToldTheEdgesWords(bool isDialFailure)
    {
        await using var hub = await HubUnderTest.StartAsync(Path);
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await using var edge = new HandOverCarrier(new(), TimeProvider.System);
        using var user = await SocketPair.ConnectAsync();
        var stream = await HandOverAsync(hub, edge, user, new byte[10_000]);
        var connect = await backend.ReceiveEventAsync("connect");
        if (isDialFailure) await backend.SendEventAsync("disconnect", connect.Id, ",\"reason\":\"dial_failed\"");
        else await backend.DisposeAsync();

        Assert.Equal(s_lastWords, await ReadToEndAsync(user.Near));
        user.Near.Dispose();
        Assert.Equal(isDialFailure ? "dial_failed" : "session_lost", (await stream.Ended.BoundedAsync()).Reason);
    }

    [Fact]
    public async Task User_WhoseBackendFailsAfterItAnswered_IsReset()
    {
        await using var hub = await HubUnderTest.StartAsync(Path);
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        await using var edge = new HandOverCarrier(new(), TimeProvider.System);
        using var user = await SocketPair.ConnectAsync();
        await HandOverAsync(hub, edge, user, [1]);
        var connect = await backend.ReceiveEventAsync("connect");
        await backend.SendDataAsync(connect.Id, [7]);
        Assert.Equal(1, await user.Near.ReceiveAsync(new byte[1], Cancellation).BoundedAsync());
        await backend.DisposeAsync();

        var reset = await Assert.ThrowsAsync<SocketException>(() => user.Near.ReceiveAsync(new byte[1], Cancellation).BoundedAsync());
        Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
    }

    [Fact]
    public async Task NoBackend_IsRefused_AndTheUserUntouched()
    {
        await using var hub = await HubUnderTest.StartAsync(Path);
        await using var edge = new HandOverCarrier(new(), TimeProvider.System);
        using var user = await SocketPair.ConnectAsync();
        var result = await OfferAsync(hub, edge, user, [1]);
        Assert.Equal((OpenRefusal.NotFound, "no_backend"), (result.Refusal, result.Detail));
        await user.Far.SendAsync(new byte[] { 9 }, Cancellation);
        Assert.Equal(1, await user.Near.ReceiveAsync(new byte[1], Cancellation).BoundedAsync());
    }

    [Fact]
    public async Task EdgeThatIsLost_LeavesItsUsersBeingServed()
    {
        await using var hub = await HubUnderTest.StartAsync(Path);
        await using var backend = await BackendPeer.LoginAsync(hub, "app.test");
        using var user = await SocketPair.ConnectAsync();
        var edge = new HandOverCarrier(new(), TimeProvider.System);
        await HandOverAsync(hub, edge, user, [1]);
        var connect = await backend.ReceiveEventAsync("connect");
        await edge.DisposeAsync();

        await backend.SendDataAsync(connect.Id, Encoding.ASCII.GetBytes("still here"));
        await backend.SendEventAsync("disconnect", connect.Id);
        Assert.Equal("still here", Encoding.ASCII.GetString(await ReadToEndAsync(user.Near)));
    }

    [Fact]
    public async Task SwitchedOff_NothingIsAnnounced()
    {
        await using var hub = await HubUnderTest.StartAsync(Path, ("Nexus:Hub:HandOver:Enabled", "false"));
        Assert.Equal("", hub.Get<AnnouncedTarget>().HandOverPath);
        Assert.False(File.Exists(Path.Value));
    }

    [Fact]
    public async Task Socket_IsTheOwnersAlone_AndGoneAfterTheStop()
    {
        await using (var hub = await HubUnderTest.StartAsync(Path))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Value));
            Assert.Equal(Path.Value, hub.Get<AnnouncedTarget>().HandOverPath);
        }

        Assert.False(File.Exists(Path.Value));
    }

    private static async Task<HandedOverStream> HandOverAsync(HubUnderTest hub, HandOverCarrier edge, SocketPair user, byte[] prelude)
    {
        var result = await OfferAsync(hub, edge, user, prelude);
        Assert.True(result.IsAccepted, $"{result.Refusal}: {result.Detail}");
        return result.Stream;
    }

    private static Task<HandOverResult> OfferAsync(HubUnderTest hub, HandOverCarrier edge, SocketPair user, byte[] prelude)
    {
        var target = hub.Get<AnnouncedTarget>();
        return edge.TryOpenAsync(target.HandOverPath, target.Id, new(HubUnderTest.Request("app.test"), prelude, s_lastWords), user.Far, Cancellation).BoundedAsync();
    }

    private static async Task<byte[]> ReadToEndAsync(Socket user)
    {
        using var all = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (await user.ReceiveAsync(buffer, Cancellation).BoundedAsync() is > 0 and var count) all.Write(buffer, 0, count);
        return all.ToArray();
    }
}
