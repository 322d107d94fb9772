using Grpc.Core;
using Nexus.Protocol.Channels;
using Nexus.Testing;

namespace Nexus.Contracts.Carriers;

/// <summary>Users who come by gRPC, as a reception gets them.</summary>
public sealed class ReceivingStreamsTests : IDisposable
{
    private readonly GrpcCarrier _carrier = new(new GrpcCarrierOptions(), TimeProvider.System);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _carrier.Dispose();

    [Fact]
    public async Task User_ThatIsTakenLate_IsServedToItsEnd()
    {
        var place = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = new TaskCompletionSource<OpenStream?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await RelayHost.StartAsync(new ScriptedReception(async (open, user, _) =>
        {
            asked.SetResult(open);
            await place.Task;
            return ScriptedReception.Echo(user);
        }));
        var opening = _carrier.OpenAsync(host.Address, Opens.Some, "first "u8.ToArray(), Cancellation).AsTask();
        Assert.Equal(Opens.Some, await asked.Task.BoundedAsync());
        Assert.False(opening.IsCompleted); // nobody has it yet
        place.SetResult();

        var result = await opening.BoundedAsync();
        Assert.True(result.IsAccepted);
        await using var stream = (RelayClientChannel)result.Channel;
        await stream.WriteTextAsync("words");
        await stream.CompleteWritesAsync(Cancellation);
        Assert.Equal("first words", await stream.ReadTextAsync("first words".Length));
        Assert.Equal(ChannelReadStatus.End, await stream.ReadToEndAsync());
        await stream.WhenOverAsync().BoundedAsync();
        Assert.Equal("backend_ended", stream.EndReason);
    }

    [Theory]
    [InlineData(StatusCode.ResourceExhausted, OpenRefusal.ResourceExhausted)]
    [InlineData(StatusCode.Unimplemented, OpenRefusal.Rejected)]
    public async Task Refusal_ReachesTheCaller_WithItsWord(StatusCode status, OpenRefusal expected)
    {
        await using var host = await RelayHost.StartAsync(new ScriptedReception((_, _, _) => ValueTask.FromResult(Reception.Refused(status, "some_reason"))));
        var result = await _carrier.OpenAsync(host.Address, Opens.Some, default, Cancellation).BoundedAsync();
        Assert.Equal(expected, result.Refusal);
        Assert.EndsWith("some_reason", result.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CallerThatGivesUp_EndsTheOpening()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await RelayHost.StartAsync(new ScriptedReception(async (_, _, gone) =>
        {
            asked.SetResult();
            await Task.Delay(Timeout.Infinite, gone).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ended.SetResult();
            return Reception.Refused(StatusCode.Unavailable, "gone");
        }));
        using var patience = new CancellationTokenSource();
        var opening = _carrier.OpenAsync(host.Address, Opens.Some, default, patience.Token).AsTask();
        await asked.Task.BoundedAsync();
        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening.BoundedAsync());
        await ended.Task.BoundedAsync();
    }
}
