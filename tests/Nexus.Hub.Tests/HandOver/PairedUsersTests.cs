using System.Runtime.Versioning;
using Nexus.Contracts.Carriers;
using Nexus.Contracts.Carriers.HandOver;
using Nexus.Hub.Announcing;
using Nexus.Hub.Tests.Peers;
using Nexus.Protocol.Channels;
using Nexus.Testing;

namespace Nexus.Hub.Tests.HandOver;

/// <summary>A whole hub that is given streams by pairs of sockets; the test is the edge and the backend.</summary>
[SupportedOSPlatform("linux")]
public sealed class PairedUsersTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private (string Key, string Value) Path => ("Nexus:Hub:HandOver:SocketPath", _folder.PathOf("hub.sock"));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Stream_IsServed_FromItsFirstBytesToItsEnd(bool isTls)
    {
        await using var pair = await OpenPair.StartAsync(Path, [1, 2, 3], isTls);
        var (_, backend, _, stream, id) = pair;
        Assert.Equal([1, 2, 3], (await backend.ReceiveAsync())?.Data);
        await stream.WriteAsync(new byte[] { 4 }, Cancellation);
        Assert.Equal([4], (await backend.ReceiveAsync())?.Data);

        await backend.SendDataAsync(id, [5, 6]);
        await backend.SendEventAsync("disconnect", id);
        var (bytes, end) = await ReadToEndAsync(stream);
        Assert.Equal(ChannelReadStatus.End, end);
        Assert.Equal([5, 6], bytes);
        await stream.WriteAsync(new byte[100_000], Cancellation).BoundedAsync(); // nobody takes it any more, and that is no fault
        await Eventually.SucceedsAsync(() => Task.FromResult(stream.EndReason == "backend_ended"), () => $"The reason was {stream.EndReason}.");
    }

    [Fact]
    public async Task Fins_PassEachForItself()
    {
        await using var pair = await OpenPair.StartAsync(Path, [1]);
        var (_, backend, _, stream, id) = pair;
        Assert.Equal([1], (await backend.ReceiveAsync())?.Data);
        await backend.SendDataAsync(id, [2]);
        await backend.SendEventAsync("half_close", id);
        Assert.Equal(ChannelReadStatus.End, (await ReadToEndAsync(stream)).End);

        await stream.WriteAsync(new byte[] { 3 }, Cancellation);
        await stream.CompleteWritesAsync(Cancellation);
        Assert.Equal([3], (await backend.ReceiveAsync())?.Data);
    }

    [Theory]
    [InlineData(false, "session_lost")]
    [InlineData(true, "dial_failed")]
    public async Task BackendThatFails_IsAReset_WithItsReason(bool isDialFailure, string reason)
    {
        await using var pair = await OpenPair.StartAsync(Path, [1]);
        var (_, backend, _, stream, id) = pair;
        if (isDialFailure)
        {
            await backend.SendEventAsync("disconnect", id, ",\"reason\":\"dial_failed\"");
        }
        else
        {
            await backend.SendDataAsync(id, [7]);
            await stream.WaitToReadAsync(Cancellation).BoundedAsync();
            await backend.DisposeAsync();
        }

        Assert.Equal(ChannelReadStatus.Reset, (await ReadToEndAsync(stream)).End);
        await Eventually.SucceedsAsync(() => Task.FromResult(stream.EndReason == reason), () => $"The reason was {stream.EndReason}.");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task EdgeThatAborts_OrIsLost_EndsTheStreamForTheBackend(bool isLost)
    {
        await using var pair = await OpenPair.StartAsync(Path, [1]);
        var (_, backend, edge, stream, id) = pair;
        Assert.Equal([1], (await backend.ReceiveAsync())?.Data);
        await stream.CompleteWritesAsync(Cancellation); // it is not being read any more
        if (isLost) await edge.DisposeAsync();
        else stream.Abort();

        Assert.Equal(id, (await backend.ReceiveEventAsync("disconnect")).Id);
    }

    [Fact]
    public async Task NoBackend_IsRefused()
    {
        await using var hub = await HubUnderTest.StartAsync(Path);
        await using var edge = new HandOverCarrier(new(), TimeProvider.System);
        var target = hub.Get<AnnouncedTarget>();
        var result = await edge.TryOpenStreamAsync(target.HandOverPath, target.Id, HubUnderTest.Request("app.test"), default, Cancellation).AsTask().BoundedAsync();
        Assert.Equal((OpenRefusal.NotFound, "no_backend"), (result?.Refusal, result?.Detail));
    }

    private static async Task<(byte[] Bytes, ChannelReadStatus End)> ReadToEndAsync(SocketPairChannel stream)
    {
        using var all = new MemoryStream();
        var buffer = new byte[4_096];
        while (true)
        {
            await stream.WaitToReadAsync(Cancellation).BoundedAsync();
            var read = stream.TryRead(buffer);
            if (read.Status is ChannelReadStatus.End or ChannelReadStatus.Reset) return (all.ToArray(), read.Status);
            all.Write(buffer, 0, read.Count);
        }
    }

    /// <summary>A stream that the backend has heard of, and all who take part in it.</summary>
    private sealed record OpenPair(HubUnderTest Hub, BackendPeer Backend, HandOverCarrier Edge, SocketPairChannel Stream, Guid Id) : IAsyncDisposable
    {
        public static async Task<OpenPair> StartAsync((string Key, string Value) path, byte[] prelude, bool isTls = false)
        {
            var hub = await HubUnderTest.StartAsync(path);
            var backend = await BackendPeer.LoginAsync(hub, "app.test");
            var edge = new HandOverCarrier(new(), TimeProvider.System);
            var target = hub.Get<AnnouncedTarget>();
            var opened = await edge.TryOpenStreamAsync(target.HandOverPath, target.Id, HubUnderTest.Request("app.test") with { IsTls = isTls }, prelude, Cancellation).AsTask().BoundedAsync();
            var stream = opened?.Channel as SocketPairChannel ?? throw new InvalidOperationException($"{opened?.Refusal}: {opened?.Detail}");
            return new(hub, backend, edge, stream, (await backend.ReceiveEventAsync("connect")).Id);
        }

        public async ValueTask DisposeAsync()
        {
            await Stream.DisposeAsync();
            await Edge.DisposeAsync();
            await Backend.DisposeAsync();
            await Hub.DisposeAsync();
        }
    }
}
