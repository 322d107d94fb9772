using Nexus.Protocol.Channels;
using Nexus.Testing;

namespace Nexus.Contracts.Carriers;

/// <summary>Targets that answer by halves, and callers that do not read.</summary>
public sealed class StuckPeersTests
{
    [Fact]
    public async Task Open_HeadersThatAcceptNothing_AndNoEnd_IsTimeout()
    {
        var time = new ManualTimeProvider();
        var asked = new TaskCompletionSource();
        await using var host = await RelayHost.StartAsync(async (_, channel, context) =>
        {
            await context.WriteResponseHeadersAsync([]);
            asked.SetResult();
            await channel.ReadToEndAsync();
        });
        var options = new GrpcCarrierOptions();
        using var carrier = new GrpcCarrier(options, time);
        var opening = carrier.OpenAsync(host.Address, Opens.Some, default, CancellationToken.None).AsTask();
        await asked.Task.BoundedAsync();

        time.Advance(options.OpenTimeout);

        Assert.Equal(OpenRefusal.Timeout, (await opening.BoundedAsync()).Refusal);
    }

    /// <summary>After a timeout another target gets the same bytes: a request would be made twice.</summary>
    [Fact]
    public async Task Open_NoAnswer_HasNotSentWhatIsNoHello()
    {
        var time = new ManualTimeProvider();
        var asked = new TaskCompletionSource();
        var before = new TaskCompletionSource<ChannelReadStatus>();
        await using var host = await RelayHost.StartAsync(async (_, channel, _) =>
        {
            asked.SetResult();
            before.SetResult((await channel.ReadAsync(new byte[100])).Status);
        });
        var options = new GrpcCarrierOptions();
        using var carrier = new GrpcCarrier(options, time);
        var opening = carrier.OpenAsync(host.Address, Opens.Some with { IsTls = false }, "POST /pay HTTP/1.1\r\n"u8.ToArray(), CancellationToken.None).AsTask();
        await asked.Task.BoundedAsync();

        time.Advance(options.OpenTimeout);

        Assert.Equal(OpenRefusal.Timeout, (await opening.BoundedAsync()).Refusal);
        Assert.Equal(ChannelReadStatus.Reset, await before.Task.BoundedAsync());
    }

    [Fact]
    public async Task ServerAbort_EndsAWriteThatWaitsForTheCaller()
    {
        var opened = new TaskCompletionSource();
        var broken = new TaskCompletionSource();
        await using var host = await RelayHost.StartAsync(async (_, channel, _) =>
        {
            await channel.AcceptAsync();
            var write = channel.WriteAsync(new byte[16 * RelayWindows.Stream], CancellationToken.None).AsTask(); // nobody reads: never done
            await opened.Task;
            for (var turn = 0; turn < 10_000; turn++) await Task.Yield(); // it comes as far as it can

            channel.Abort();
            await Assert.ThrowsAsync<IOException>(() => write);
            broken.SetResult();
        });
        using var carrier = new GrpcCarrier(new GrpcCarrierOptions(), TimeProvider.System);
        var result = await carrier.OpenAsync(host.Address, Opens.Some, default, CancellationToken.None).BoundedAsync();
        Assert.True(result.IsAccepted);
        opened.SetResult();
        await using var channel = result.Channel;

        await broken.Task.BoundedAsync();
    }
}
