using System.IO.Pipelines;
using Nexus.Client.Tests.Scripted;
using Nexus.Testing;

namespace Nexus.Client.Tests.LocalRouting;

/// <summary>Users that are served in this process, without a socket.</summary>
public sealed class InProcessTests
{
    [Fact]
    [Statement("client 81")]
    public async Task Run_ReturnEndsTheUserInOrderAfterAllBytes()
    {
        var (client, hub) = await ConnectAsync(NexusConnectResult.Run(async (stream, ended) =>
        {
            var request = new byte[5];
            await stream.ReadExactlyAsync(request, ended);
            await stream.WriteAsync(new byte[300_000], ended);
            await stream.WriteAsync(request, ended);
        }));
        await using var _ = client;
        var id = await hub.ConnectAsync(credits: 0);
        await hub.SendDataAsync(id, "hello"u8);
        Assert.Equal("normal", (await hub.WaitForControlAsync(id, "disconnect")).Reason);
        Assert.Equal([.. new byte[300_000], .. "hello"u8], hub.DataOf(id));
    }

    [Fact]
    public async Task Run_ThrowsException_BreaksTheUserAndIsLogged()
    {
        var (client, hub) = await ConnectAsync(NexusConnectResult.Run((_, _) => throw new FormatException("no")));
        await using var _ = client;
        var id = await hub.ConnectAsync();
        Assert.Equal("local_error", (await hub.WaitForControlAsync(id, "disconnect")).Reason);
        await client.Logs.WaitForEventAsync(205);
    }

    [Fact]
    public async Task Run_UserLeaves_EndsTheInputAndThenTheToken()
    {
        var left = new TaskCompletionSource();
        var (client, hub) = await ConnectAsync(NexusConnectResult.Run(async (stream, ended) =>
        {
            await stream.WriteAsync(new byte[1], ended);
            Assert.Equal(0, await stream.ReadAsync(new byte[1], ended));
            await Task.Delay(Timeout.InfiniteTimeSpan, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            left.SetResult();
        }));
        await using var _ = client;
        var id = await hub.ConnectAsync();
        await hub.WaitForDataAsync(id, 1); // before, its leaving would end the dial
        await hub.DisconnectAsync(id);
        await left.Task.BoundedAsync();
    }

    [Fact]
    public async Task Run_FunctionReadsNothing_HubIsGrantedNothing()
    {
        var (client, hub) = await ConnectAsync(NexusConnectResult.Run((_, ended) => Task.Delay(Timeout.InfiniteTimeSpan, ended)));
        await using var _ = client;
        var id = await hub.ConnectAsync();
        for (var i = 0; i < 60; i++) await hub.SendDataAsync(id, new byte[16 * 1024]);
        await hub.RoundTripAsync();
        // 64 KiB fit between the two: fewer than 8 frames were taken.
        Assert.Equal(64, hub.Messages.Where(message => message.Event == "resume_stream" && message.StreamId == id).Sum(message => message.Credits));
    }

    [Fact]
    public async Task FromPipe_CarriesBothDirections()
    {
        var (toUser, fromUser) = (new Pipe(), new Pipe());
        var (client, hub) = await ConnectAsync(NexusConnectResult.FromPipe(new DuplexPipe(toUser.Reader, fromUser.Writer)));
        await using var _ = client;
        var id = await hub.ConnectAsync();
        await hub.SendDataAsync(id, [1, 2, 3]);
        var read = await fromUser.Reader.ReadAtLeastAsync(3, TestContext.Current.CancellationToken).AsTask().BoundedAsync();
        Assert.Equal([1, 2, 3], read.Buffer.FirstSpan.ToArray());
        fromUser.Reader.AdvanceTo(read.Buffer.End);
        await toUser.Writer.WriteAsync(new byte[] { 9 }, TestContext.Current.CancellationToken);
        await toUser.Writer.CompleteAsync();
        Assert.Equal("normal", (await hub.WaitForControlAsync(id, "disconnect")).Reason);
        Assert.Equal([9], hub.DataOf(id));
        Assert.True((await fromUser.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().BoundedAsync()).IsCompleted);
    }

    private static Task<(ClientUnderTest Client, HubSide Hub)> ConnectAsync(NexusConnectResult result) =>
        ClientUnderTest.ConnectAsync(services: services => services with { ConnectHandlers = [(request, _) => new(request.Port == 443 ? result : NexusConnectResult.NoRoute)] });

    private sealed record DuplexPipe(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
